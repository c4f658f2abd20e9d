-- pair: integer to text DEFAULT 'a'
-- from
CREATE TABLE t (id integer, v integer);
-- to
CREATE TABLE t (id integer, v text DEFAULT 'a');
-- rows
INSERT INTO t VALUES (1, NULL);
-- pair: text DEFAULT 'a' to integer
-- from
CREATE TABLE t (id integer, v text DEFAULT 'a');
-- to
CREATE TABLE t (id integer, v integer);
-- rows
INSERT INTO t VALUES (1, NULL);
-- pair: integer DEFAULT 5 to bigint DEFAULT 5
-- from
CREATE TABLE t (id integer, v integer DEFAULT 5);
-- to
CREATE TABLE t (id integer, v bigint DEFAULT 5);
-- rows
INSERT INTO t VALUES (1, NULL);
-- pair: integer DEFAULT 5 to text DEFAULT '5'
-- from
CREATE TABLE t (id integer, v integer DEFAULT 5);
-- to
CREATE TABLE t (id integer, v text DEFAULT '5');
-- rows
INSERT INTO t VALUES (1, NULL);
-- pair: varchar(5) DEFAULT 'a' to varchar(9) DEFAULT 'b'
-- from
CREATE TABLE t (id integer, v varchar(5) DEFAULT 'a');
-- to
CREATE TABLE t (id integer, v varchar(9) DEFAULT 'b');
-- rows
INSERT INTO t VALUES (1, NULL);
-- pair: boolean DEFAULT false NOT NULL to integer DEFAULT 0 NOT NULL
-- from
CREATE TABLE t (id integer, v boolean DEFAULT false NOT NULL);
-- to
CREATE TABLE t (id integer, v integer DEFAULT 0 NOT NULL);
-- rows
INSERT INTO t (id) VALUES (1);
-- pair: text DEFAULT now() to timestamptz DEFAULT now()
-- from
CREATE TABLE t (id integer, v text DEFAULT now());
-- to
CREATE TABLE t (id integer, v timestamptz DEFAULT now());
-- rows
INSERT INTO t VALUES (1, NULL);
-- pair: integer DEFAULT 1 to integer
-- from
CREATE TABLE t (id integer, v integer DEFAULT 1);
-- to
CREATE TABLE t (id integer, v integer);
-- rows
INSERT INTO t VALUES (1, NULL);
-- pair: integer to integer DEFAULT -1
-- from
CREATE TABLE t (id integer, v integer);
-- to
CREATE TABLE t (id integer, v integer DEFAULT -1);
-- rows
INSERT INTO t VALUES (1, NULL);
-- pair: text to text DEFAULT ''
-- from
CREATE TABLE t (id integer, v text);
-- to
CREATE TABLE t (id integer, v text DEFAULT '');
-- rows
INSERT INTO t VALUES (1, NULL);
-- pair: date DEFAULT CURRENT_DATE to date DEFAULT (CURRENT_DATE + 1)
-- from
CREATE TABLE t (id integer, v date DEFAULT CURRENT_DATE);
-- to
CREATE TABLE t (id integer, v date DEFAULT (CURRENT_DATE + 1));
-- rows
INSERT INTO t VALUES (1, NULL);
-- pair: jsonb DEFAULT '{}' to jsonb DEFAULT '[]'::jsonb
-- from
CREATE TABLE t (id integer, v jsonb DEFAULT '{}');
-- to
CREATE TABLE t (id integer, v jsonb DEFAULT '[]'::jsonb);
-- rows
INSERT INTO t VALUES (1, NULL);
-- pair: text[] DEFAULT '{}' to text[] DEFAULT ARRAY['a']
-- from
CREATE TABLE t (id integer, v text[] DEFAULT '{}');
-- to
CREATE TABLE t (id integer, v text[] DEFAULT ARRAY['a']);
-- rows
INSERT INTO t VALUES (1, NULL);
-- pair: interval DEFAULT '1 day' to interval DEFAULT '36 hours'
-- from
CREATE TABLE t (id integer, v interval DEFAULT '1 day');
-- to
CREATE TABLE t (id integer, v interval DEFAULT '36 hours');
-- rows
INSERT INTO t VALUES (1, NULL);
-- pair: text DEFAULT CURRENT_USER to text DEFAULT SESSION_USER
-- from
CREATE TABLE t (id integer, v text DEFAULT CURRENT_USER);
-- to
CREATE TABLE t (id integer, v text DEFAULT SESSION_USER);
-- rows
INSERT INTO t VALUES (1, NULL);
-- pair: numeric DEFAULT 1.50 to numeric(8,2) DEFAULT 1.5
-- from
CREATE TABLE t (id integer, v numeric DEFAULT 1.50);
-- to
CREATE TABLE t (id integer, v numeric(8,2) DEFAULT 1.5);
-- rows
INSERT INTO t VALUES (1, NULL);
-- pair: uuid DEFAULT gen_random_uuid() to uuid
-- from
CREATE TABLE t (id integer, v uuid DEFAULT gen_random_uuid());
-- to
CREATE TABLE t (id integer, v uuid);
-- rows
INSERT INTO t VALUES (1, NULL);
-- pair: new columns with defaults of every sort
-- from
CREATE TABLE t (id integer);
-- to
CREATE SEQUENCE s;
CREATE TABLE t (id integer, a integer NOT NULL DEFAULT 1, b text NOT NULL DEFAULT 'x', c timestamptz NOT NULL DEFAULT now(), d integer NOT NULL DEFAULT nextval('s'), e uuid NOT NULL DEFAULT gen_random_uuid(), f serial, g integer GENERATED ALWAYS AS IDENTITY, h integer GENERATED ALWAYS AS (id * 2) STORED);
-- rows
INSERT INTO t VALUES (1), (2);
-- pair: new column that takes its values from a sequence
-- from
CREATE TABLE t (id integer);
-- to
CREATE TABLE t (id integer, n serial);
CREATE INDEX ON t (n);
-- rows
INSERT INTO t VALUES (1), (2);
-- pair: new column with a value of its own for each row, from its domain
-- from
CREATE DOMAIN token AS uuid DEFAULT gen_random_uuid();
CREATE DOMAIN ticket AS token;
CREATE TABLE t (id integer);
-- to
CREATE DOMAIN token AS uuid DEFAULT gen_random_uuid();
CREATE DOMAIN ticket AS token;
CREATE TABLE t (id integer, n ticket);
CREATE INDEX ON t (n);
-- rows
INSERT INTO t VALUES (1), (2);
-- pair: new column of a domain with a condition
-- from
CREATE TABLE t (id integer);
-- to
CREATE DOMAIN short AS text CHECK (length(VALUE) < 9);
CREATE DOMAIN shorter AS short;
CREATE TABLE t (id integer, n shorter, many short[]);
CREATE INDEX ON t (n);
-- rows
INSERT INTO t VALUES (1), (2);
-- pair: not null column without a default
-- from
CREATE TABLE t (id integer);
-- to
CREATE TABLE t (id integer, a integer NOT NULL);
