-- pair: numeric narrowed under an index, a view, a check and a generated column
-- from
CREATE TABLE t (id integer PRIMARY KEY, n numeric(12,4) CHECK (n >= 0), g numeric GENERATED ALWAYS AS (n * 2) STORED);
CREATE INDEX t_n ON t (n) WHERE n > 5; CREATE VIEW v AS SELECT n, round(n, 1) AS r FROM t;
-- to
CREATE TABLE t (id integer PRIMARY KEY, n numeric(8,2) CHECK (n >= 0), g numeric GENERATED ALWAYS AS (n * 2) STORED);
CREATE INDEX t_n ON t (n) WHERE n > 5; CREATE VIEW v AS SELECT n, round(n, 1) AS r FROM t;
-- rows
INSERT INTO t VALUES (1, 7.5);
-- loses: public.t.n
-- pair: text to integer under a unique, a foreign key and a trigger
-- from
CREATE TABLE p (k text PRIMARY KEY); CREATE TABLE c (k text REFERENCES p ON DELETE CASCADE, n text DEFAULT '7');
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE OF k ON c FOR EACH ROW WHEN (OLD.k IS DISTINCT FROM NEW.k) EXECUTE FUNCTION tf();
-- to
CREATE TABLE p (k integer PRIMARY KEY); CREATE TABLE c (k integer REFERENCES p ON DELETE CASCADE, n integer DEFAULT 7);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE OF k ON c FOR EACH ROW WHEN (OLD.k IS DISTINCT FROM NEW.k) EXECUTE FUNCTION tf();
-- rows
INSERT INTO p VALUES ('1'); INSERT INTO c VALUES ('1', '2');
-- pair: timestamp to timestamptz and back, with brin, partition bounds and checks
-- from
CREATE TABLE t (id integer, a timestamptz DEFAULT now(), b timestamp DEFAULT localtimestamp, CHECK (a > '2000-01-01 00:00:00+00'));
CREATE INDEX t_a ON t USING brin (a); CREATE INDEX t_b ON t (date_trunc('day', b));
CREATE TABLE m (at timestamp) PARTITION BY RANGE (at); CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
-- to
CREATE TABLE t (id integer, a timestamp DEFAULT localtimestamp, b timestamptz DEFAULT now(), CHECK (a > '2000-01-01 00:00:00'));
CREATE INDEX t_a ON t USING brin (a); CREATE INDEX t_b ON t ((b AT TIME ZONE 'UTC'));
CREATE TABLE m (at timestamptz) PARTITION BY RANGE (at); CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2020-01-01 00:00:00+00') TO ('2021-01-01 00:00:00+00');
-- rows
INSERT INTO t VALUES (1, '2020-01-01', '2020-01-01'); INSERT INTO m VALUES ('2020-05-05');
-- pair: json to jsonb with an index on an expression, a check and a default
-- from
CREATE TABLE t (id integer, j json DEFAULT '{}' NOT NULL, CHECK (json_typeof(j) = 'object'));
CREATE INDEX t_j ON t ((j ->> 'a')); CREATE VIEW v AS SELECT j -> 'a' AS a FROM t;
-- to
CREATE TABLE t (id integer, j jsonb DEFAULT '{}' NOT NULL, CHECK (jsonb_typeof(j) = 'object'));
CREATE INDEX t_j ON t ((j ->> 'a')); CREATE INDEX t_g ON t USING gin (j jsonb_path_ops); CREATE VIEW v AS SELECT j -> 'a' AS a FROM t;
-- rows
INSERT INTO t VALUES (1, '{"a": 1}');
-- loses: public.t.j
-- pair: element type of arrays
-- from
CREATE TABLE t (id integer, a integer[] DEFAULT '{1,2}', b text[], c varchar(5)[] DEFAULT ARRAY['x'], d text[]);
CREATE INDEX t_a ON t USING gin (a);
-- to
CREATE TYPE e AS ENUM ('x', 'y');
CREATE TABLE t (id integer, a bigint[] DEFAULT '{1,2}', b integer[], c text[] DEFAULT ARRAY['x'], d e[]);
CREATE INDEX t_a ON t USING gin (a);
-- rows
INSERT INTO t VALUES (1, '{1}', '{2}', '{z}', '{x}');
-- pair: enum to text to enum with default, check, index, view and function
-- from
CREATE TYPE e AS ENUM ('x', 'y'); CREATE TYPE f AS ENUM ('p', 'q');
CREATE TABLE t (id integer PRIMARY KEY, a e DEFAULT 'x' NOT NULL, b text DEFAULT 'p' NOT NULL CHECK (b IN ('p', 'q')), CHECK (a <> 'y' OR id > 3));
CREATE INDEX t_a ON t (a) WHERE a = 'x'; CREATE VIEW v AS SELECT a, b FROM t WHERE a = 'x';
CREATE FUNCTION get(x e) RETURNS e LANGUAGE sql AS 'SELECT x';
-- to
CREATE TYPE f AS ENUM ('p', 'q');
CREATE TABLE t (id integer PRIMARY KEY, a text DEFAULT 'x' NOT NULL, b f DEFAULT 'p' NOT NULL, CHECK (a <> 'y' OR id > 3));
CREATE INDEX t_a ON t (a) WHERE a = 'x'; CREATE VIEW v AS SELECT a, b FROM t WHERE a = 'x';
CREATE FUNCTION get(x text) RETURNS text LANGUAGE sql AS 'SELECT x';
-- rows
INSERT INTO t VALUES (1, 'x', 'q');
-- pair: boolean to text, text to boolean, integer to boolean, interval, bytea
-- from
CREATE TABLE t (id integer, a boolean DEFAULT true, b text DEFAULT 'true', c integer DEFAULT 1, d text, e text);
-- to
CREATE TABLE t (id integer, a text DEFAULT 'true', b boolean DEFAULT true, c boolean DEFAULT true, d interval, e bytea);
-- rows
INSERT INTO t VALUES (1, true, 'false', 1, '1 day', 'abc');
-- pair: uuid, inet, date and money
-- loses: public.t.c
-- from
CREATE TABLE t (id text PRIMARY KEY, a text, b timestamp, c numeric, d varchar);
-- to
CREATE TABLE t (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), a inet, b date, c money, d date);
-- rows
INSERT INTO t VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '10.0.0.1', '2020-01-01 00:00:00', 5, '2020-01-02');
-- pair: int to serial-like uuid key with children
-- from
CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE c (id integer PRIMARY KEY, p_id integer REFERENCES p);
-- to
CREATE TABLE p (id uuid DEFAULT gen_random_uuid() PRIMARY KEY); CREATE TABLE c (id integer PRIMARY KEY, p_id uuid REFERENCES p);
-- loses: public.p.id
-- loses: public.c.p_id
-- rows
INSERT INTO c VALUES (1, NULL);
-- pair: enum array column with default, check, index and a removed label
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id integer PRIMARY KEY, k e[] DEFAULT '{a,b}' NOT NULL, CHECK (NOT ('c' = ANY (k))));
CREATE INDEX t_k ON t USING gin (k);
CREATE INDEX t_p ON t (id) WHERE 'a' = ANY (k);
CREATE VIEW v AS SELECT id, unnest(k) AS k FROM t;
CREATE FUNCTION f(x e[] DEFAULT '{a}') RETURNS e LANGUAGE sql IMMUTABLE AS 'SELECT x[1]';
-- to
CREATE TYPE e AS ENUM ('c', 'a', 'x');
CREATE TABLE t (id integer PRIMARY KEY, k e[] DEFAULT '{a,x}' NOT NULL, CHECK (NOT ('c' = ANY (k))));
CREATE INDEX t_k ON t USING gin (k);
CREATE INDEX t_p ON t (id) WHERE 'a' = ANY (k);
CREATE VIEW v AS SELECT id, unnest(k) AS k FROM t;
CREATE FUNCTION f(x e[] DEFAULT '{a}') RETURNS e LANGUAGE sql IMMUTABLE AS 'SELECT x[1]';
-- rows
INSERT INTO t VALUES (1, '{a}');
-- pair: domain over a domain over an enum, label inserted, check of the inner changed
-- from
CREATE TYPE e AS ENUM ('a', 'c');
CREATE DOMAIN d1 AS e CHECK (VALUE <> 'c');
CREATE DOMAIN d2 AS d1 DEFAULT 'a' NOT NULL;
CREATE TABLE t (id integer PRIMARY KEY, k d2, l d2[]);
CREATE INDEX t_k ON t (k);
-- to
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE DOMAIN d1 AS e CHECK (VALUE < 'c');
CREATE DOMAIN d2 AS d1 DEFAULT 'b' CHECK (VALUE IS NOT NULL);
CREATE TABLE t (id integer PRIMARY KEY, k d2, l d2[]);
CREATE INDEX t_k ON t (k);
-- rows
INSERT INTO t (id) VALUES (1);
-- pair: base of the inner domain changes under a table, a view and a function
-- from
CREATE DOMAIN d1 AS varchar(10) CHECK (VALUE <> '');
CREATE DOMAIN d2 AS d1 CHECK (length(VALUE) < 9);
CREATE TABLE t (id integer PRIMARY KEY, k d2 UNIQUE);
CREATE VIEW v AS SELECT k FROM t;
CREATE FUNCTION f(d2) RETURNS d1 LANGUAGE sql AS 'SELECT $1::text::d1';
-- to
CREATE DOMAIN d1 AS text CHECK (VALUE <> '');
CREATE DOMAIN d2 AS d1 CHECK (length(VALUE) < 9);
CREATE TABLE t (id integer PRIMARY KEY, k d2 UNIQUE);
CREATE VIEW v AS SELECT k FROM t;
CREATE FUNCTION f(d2) RETURNS d1 LANGUAGE sql AS 'SELECT $1::text::d1';
-- rows
INSERT INTO t VALUES (1, 'abc');
-- pair: generated columns over a function that changes its body
-- from
CREATE FUNCTION slug(t text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(t)';
CREATE TABLE t (id integer PRIMARY KEY, name text, s text GENERATED ALWAYS AS (slug(name)) STORED);
CREATE UNIQUE INDEX t_s ON t (s);
CREATE INDEX t_f ON t (slug(name || 'x'));
-- to
CREATE FUNCTION slug(t text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT replace(lower(t), '' '', ''-'')';
CREATE TABLE t (id integer PRIMARY KEY, name text, s text GENERATED ALWAYS AS (slug(name)) STORED);
CREATE UNIQUE INDEX t_s ON t (s);
CREATE INDEX t_f ON t (slug(name || 'x'));
-- rows
INSERT INTO t (id, name) VALUES (1, 'A b');
-- pair: generated columns over a function that changes its result type
-- from
CREATE FUNCTION size(t text) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT length(t)';
CREATE TABLE t (id integer PRIMARY KEY, name text, s integer GENERATED ALWAYS AS (size(name)) STORED CHECK (s > 0));
CREATE VIEW v AS SELECT s FROM t;
-- to
CREATE FUNCTION size(t text) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT length(t)::bigint';
CREATE TABLE t (id integer PRIMARY KEY, name text, s bigint GENERATED ALWAYS AS (size(name)) STORED CHECK (s > 0));
CREATE VIEW v AS SELECT s FROM t;
-- rows
INSERT INTO t (id, name) VALUES (1, 'A b');
-- pair: plain column becomes generated and another one plain
-- from
CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer, g integer GENERATED ALWAYS AS (a * 2) STORED);
CREATE INDEX t_g ON t (g); CREATE INDEX t_b ON t (b);
-- to
CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (a + 1) STORED, g integer);
CREATE INDEX t_g ON t (g); CREATE INDEX t_b ON t (b);
-- rows
INSERT INTO t VALUES (1, 2, 3);
-- loses: public.t.b
-- pair: exclusion constraint while a column's type changes
-- from
CREATE TABLE t (id integer PRIMARY KEY, during tsrange, EXCLUDE USING gist (during WITH &&));
-- to
CREATE TABLE t (id bigint PRIMARY KEY, during tstzrange, EXCLUDE USING gist (during WITH &&));
-- using: public.t.during = tstzrange(lower(during) AT TIME ZONE 'UTC', upper(during) AT TIME ZONE 'UTC')
-- loses: public.t.during
-- rows
INSERT INTO t VALUES (1, '[2020-01-01,2020-02-01)');
-- pair: five views over each other, column narrowed at the bottom
-- from
CREATE TABLE t (id integer PRIMARY KEY, n text, m numeric);
CREATE VIEW v1 AS SELECT id, n, m FROM t;
CREATE VIEW v2 AS SELECT id, upper(n) AS n, m FROM v1;
CREATE MATERIALIZED VIEW v3 AS SELECT id, n, sum(m) AS m FROM v2 GROUP BY id, n;
CREATE UNIQUE INDEX v3_id ON v3 (id); CREATE INDEX v3_n ON v3 (lower(n));
CREATE VIEW v4 AS SELECT v3.*, t.m AS raw FROM v3 JOIN t USING (id);
CREATE VIEW v5 WITH (security_barrier) AS SELECT * FROM v4 WHERE raw > 0;
GRANT SELECT ON v5 TO rev_reader; GRANT SELECT (id) ON v3 TO rev_writer; COMMENT ON COLUMN v4.raw IS 'raw';
-- to
CREATE TABLE t (id bigint PRIMARY KEY, n varchar(50), m numeric(8,2));
CREATE VIEW v1 AS SELECT id, n, m FROM t;
CREATE VIEW v2 AS SELECT id, upper(n) AS n, m FROM v1;
CREATE MATERIALIZED VIEW v3 AS SELECT id, n, sum(m) AS m FROM v2 GROUP BY id, n;
CREATE UNIQUE INDEX v3_id ON v3 (id); CREATE INDEX v3_n ON v3 (lower(n));
CREATE VIEW v4 AS SELECT v3.*, t.m AS raw FROM v3 JOIN t USING (id);
CREATE VIEW v5 WITH (security_barrier) AS SELECT * FROM v4 WHERE raw > 0;
GRANT SELECT ON v5 TO rev_reader; GRANT SELECT (id) ON v3 TO rev_writer; COMMENT ON COLUMN v4.raw IS 'raw';
-- rows
INSERT INTO t VALUES (1, 'a', 1.25);
-- loses: public.t.m
