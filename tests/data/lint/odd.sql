-- given
DROP SCHEMA IF EXISTS app CASCADE;
DROP SCHEMA IF EXISTS core CASCADE;
CREATE SCHEMA app;
CREATE TABLE app.account (id int PRIMARY KEY, email text NOT NULL, name varchar(40), code char(4), plan text DEFAULT 'free', amount numeric(8,2), ip inet, seen timestamptz, made timestamp DEFAULT now(), data jsonb, tags text[], flags bit(8), parent int REFERENCES app.account (id), active boolean);
CREATE UNIQUE INDEX account_email ON app.account (email);
CREATE INDEX account_lower ON app.account (lower(email));
CREATE INDEX account_name ON app.account (name text_pattern_ops);
CREATE TABLE app.event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id int NOT NULL, kind text, at timestamptz NOT NULL DEFAULT now());
ALTER TABLE app.event ADD CONSTRAINT event_kind CHECK (kind <> '') NOT VALID;
CREATE INDEX event_account ON app.event (account_id);
CREATE TABLE app.parent (id int, note text);
CREATE TABLE app.child (extra int) INHERITS (app.parent);
CREATE TABLE app.loose (id int, note text);
CREATE TABLE app.log (id int NOT NULL, at date NOT NULL, body text) PARTITION BY RANGE (at);
CREATE TABLE app.log_2024 PARTITION OF app.log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE app.log_2025 (id int NOT NULL, at date NOT NULL, body text, CONSTRAINT in_2025 CHECK (at >= '2025-01-01' AND at < '2026-01-01'));
CREATE TYPE app.address AS (street text, town text);
CREATE TABLE app.place (id int PRIMARY KEY, address app.address);
CREATE DOMAIN app.email AS text;
CREATE DOMAIN app.small AS int;
ALTER DOMAIN app.small ADD CONSTRAINT small_check CHECK (VALUE < 1000) NOT VALID;
CREATE TABLE app.contact (id int PRIMARY KEY, email app.email, size app.small);
CREATE VIEW app.accounts AS SELECT id, email, name FROM app.account;
CREATE FUNCTION app.token() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT md5(random()::text) $$;
CREATE FUNCTION app.fixed() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 'x'; END $$;
CREATE FUNCTION app.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.seen := now(); RETURN NEW; END $$;
CREATE TRIGGER account_stamp BEFORE UPDATE ON app.account FOR EACH ROW EXECUTE FUNCTION app.stamp();
CREATE SEQUENCE app.numbers;
INSERT INTO app.account (id, email, name, code, amount) SELECT n, 'e' || n, 'n' || n, 'c', 1 FROM generate_series(1, 300) AS n;
INSERT INTO app.event (account_id, kind) SELECT n, 'k' FROM generate_series(1, 300) AS n;
INSERT INTO app.parent SELECT n, 'p' FROM generate_series(1, 300) AS n;
INSERT INTO app.child SELECT n, 'c', 1 FROM generate_series(1, 300) AS n;
INSERT INTO app.loose SELECT n, 'l' FROM generate_series(1, 300) AS n;
INSERT INTO app.log SELECT n, '2024-02-02', 'b' FROM generate_series(1, 300) AS n;
INSERT INTO app.log_2025 SELECT n, '2025-02-02', 'b' FROM generate_series(1, 300) AS n;
INSERT INTO app.place SELECT n, ROW('s', 't')::app.address FROM generate_series(1, 300) AS n;
INSERT INTO app.contact SELECT n, 'e', 5 FROM generate_series(1, 300) AS n;
-- case: a search path set, and an index made by it
SET LOCAL search_path = app;
CREATE INDEX account_plan ON account (plan);
-- case: a column by a volatile function of the project
ALTER TABLE app.account ADD COLUMN token text DEFAULT app.token();
-- case: a column by an immutable function of the project
ALTER TABLE app.account ADD COLUMN token text DEFAULT app.fixed();
-- case: a column by a cast of the current time
ALTER TABLE app.account ADD COLUMN day date DEFAULT now()::date;
-- case: a column by a sequence that is there
ALTER TABLE app.account ADD COLUMN number bigint DEFAULT nextval('app.numbers');
-- case: a default set by a sequence
ALTER TABLE app.account ALTER COLUMN amount SET DEFAULT nextval('app.numbers');
-- case: a column of an array with a default
ALTER TABLE app.account ADD COLUMN roles text[] NOT NULL DEFAULT '{}';
-- case: a column of a domain without constraints, with a default
ALTER TABLE app.account ADD COLUMN mail app.email DEFAULT 'a@b';
-- case: a column of a domain with a check that is not valid
ALTER TABLE app.account ADD COLUMN size app.small;
-- case: a check added to a domain that a table uses
ALTER DOMAIN app.email ADD CONSTRAINT has_at CHECK (VALUE LIKE '%e%');
-- case: a check added to a domain without validation
ALTER DOMAIN app.email ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%') NOT VALID;
-- case: a domain validated
ALTER DOMAIN app.small VALIDATE CONSTRAINT small_check;
-- case: NOT NULL for a domain
ALTER DOMAIN app.email SET NOT NULL;
-- case: a default for a domain
ALTER DOMAIN app.email SET DEFAULT 'x';
-- case: an attribute added to a type that a table uses
ALTER TYPE app.address ADD ATTRIBUTE zip text;
-- case: an attribute's type changed where a table uses it
ALTER TYPE app.address ALTER ATTRIBUTE town TYPE varchar(30);
-- case: an attribute dropped
ALTER TYPE app.address DROP ATTRIBUTE town;
-- case: a table that inherits
CREATE TABLE app.other (more int) INHERITS (app.parent);
-- case: a table made to inherit
ALTER TABLE app.loose INHERIT app.parent;
-- case: a table that inherits no longer
ALTER TABLE app.child NO INHERIT app.parent;
-- case: NOT NULL for a table with heirs
ALTER TABLE app.parent ALTER COLUMN id SET NOT NULL;
-- case: a check for a table alone
ALTER TABLE app.parent ADD CONSTRAINT note_set CHECK (note <> '') NO INHERIT;
-- case: a type changed of a table with heirs
ALTER TABLE app.parent ALTER COLUMN id TYPE bigint;
-- case: a partition attached whose check says what it holds
ALTER TABLE app.log ATTACH PARTITION app.log_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
-- case: a partition made and filled from elsewhere
CREATE TABLE app.log_2026 PARTITION OF app.log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO app.log SELECT id, '2026-03-03', 'x' FROM app.loose;
-- case: a column added to a partitioned table
ALTER TABLE app.log ADD COLUMN size int DEFAULT 0;
-- case: an index on a partition
CREATE INDEX ON app.log_2024 (id);
-- case: a primary key for a partitioned table
ALTER TABLE app.log ADD PRIMARY KEY (id, at);
-- case: a partition emptied
TRUNCATE app.log_2024;
-- case: jsonb to json
ALTER TABLE app.account ALTER COLUMN data TYPE json;
-- case: text to an array
ALTER TABLE app.account ALTER COLUMN plan TYPE text[] USING ARRAY[plan];
-- case: char to a longer char
ALTER TABLE app.account ALTER COLUMN code TYPE char(6);
-- case: char to text
ALTER TABLE app.account ALTER COLUMN code TYPE text;
-- case: varchar to an indexed text
ALTER TABLE app.account ALTER COLUMN name TYPE text;
-- case: numeric to one without bounds
ALTER TABLE app.account ALTER COLUMN amount TYPE numeric;
-- case: numeric to one of more digits before the point
ALTER TABLE app.account ALTER COLUMN amount TYPE numeric(12,2);
-- case: inet to cidr
ALTER TABLE app.account ALTER COLUMN ip TYPE cidr;
-- case: a bit string to a varying one
ALTER TABLE app.account ALTER COLUMN flags TYPE bit varying(8);
-- case: timestamptz to a coarser one
ALTER TABLE app.account ALTER COLUMN seen TYPE timestamptz(0);
-- case: text to a domain of it without constraints
ALTER TABLE app.account ALTER COLUMN plan TYPE app.email;
-- case: two types changed in one statement
ALTER TABLE app.account ALTER COLUMN id TYPE bigint, ALTER COLUMN parent TYPE bigint;
-- case: boolean to integer
ALTER TABLE app.account ALTER COLUMN active TYPE int USING active::int;
-- case: a collation changed
ALTER TABLE app.account ALTER COLUMN email TYPE text COLLATE "C";
-- case: a foreign key to the same table
ALTER TABLE app.account ADD CONSTRAINT referrer FOREIGN KEY (parent) REFERENCES app.account;
-- case: a column that refers to another table
ALTER TABLE app.event ADD COLUMN owner int REFERENCES app.account (id);
-- case: a column that refers to another table and has a default
ALTER TABLE app.event ADD COLUMN owner int DEFAULT 1 REFERENCES app.account (id);
-- case: a foreign key of a new table
CREATE TABLE app.note (id int PRIMARY KEY, account_id int REFERENCES app.account ON DELETE CASCADE);
-- case: a check validated with a new one added
ALTER TABLE app.event VALIDATE CONSTRAINT event_kind, ADD CONSTRAINT at_set CHECK (at IS NOT NULL) NOT VALID;
-- case: NOT NULL by a check in the same statement
ALTER TABLE app.event ADD CONSTRAINT kind_set CHECK (kind IS NOT NULL), ALTER COLUMN kind SET NOT NULL;
-- case: an exclusion constraint
ALTER TABLE app.event ADD CONSTRAINT one_at_a_time EXCLUDE USING btree (account_id WITH =);
-- case: an expression's statistics
CREATE STATISTICS app.s ON account_id, kind FROM app.event;
-- case: storage and statistics of a column
ALTER TABLE app.event ALTER COLUMN kind SET STORAGE EXTERNAL, ALTER COLUMN kind SET STATISTICS 500;
-- case: the fill factor of a table and of an index
ALTER TABLE app.event SET (fillfactor = 80);
ALTER INDEX app.event_account SET (fillfactor = 80);
-- case: compression
ALTER TABLE app.event ALTER COLUMN kind SET COMPRESSION pglz;
-- case: a trigger switched off and on
ALTER TABLE app.account DISABLE TRIGGER account_stamp;
ALTER TABLE app.account ENABLE TRIGGER account_stamp;
-- case: a rule
CREATE RULE quiet AS ON DELETE TO app.event DO INSTEAD NOTHING;
-- case: row security and a policy
ALTER TABLE app.account ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON app.account USING (email = current_user);
-- case: an identity for a column
ALTER TABLE app.loose ALTER COLUMN id SET NOT NULL, ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY;
-- case: an identity dropped
ALTER TABLE app.event ALTER COLUMN id DROP IDENTITY;
-- case: a view replaced with a column more
CREATE OR REPLACE VIEW app.accounts AS SELECT id, email, name, plan FROM app.account;
-- case: a view replaced with a column less
CREATE OR REPLACE VIEW app.accounts AS SELECT id, email FROM app.account;
-- case: an index renamed
ALTER INDEX app.event_account RENAME TO event_by_account;
-- case: a constraint renamed
ALTER TABLE app.event RENAME CONSTRAINT event_kind TO event_kind_set;
-- case: a sequence started anew
ALTER SEQUENCE app.numbers RESTART WITH 100;
-- case: rows of another table taken over in order
INSERT INTO app.loose SELECT id, email FROM app.account WHERE id BETWEEN 10 AND 20;
-- case: rows deleted by a join
DELETE FROM app.event USING app.account a WHERE a.id = event.account_id AND a.id = 7;
-- case: all rows of one deleted that another has not
DELETE FROM app.event WHERE NOT EXISTS (SELECT FROM app.account a WHERE a.id = event.account_id);
-- case: a row updated by its key through a view
UPDATE app.accounts SET name = 'x' WHERE id = 3;
-- case: all rows updated by a query
UPDATE app.account SET plan = (SELECT kind FROM app.event WHERE account_id = account.id LIMIT 1);
-- case: a table locked for all
LOCK TABLE app.account;
-- case: a table locked against changes
LOCK TABLE app.account IN SHARE ROW EXCLUSIVE MODE;
-- case: rows locked
SELECT id FROM app.account WHERE id = 4 FOR UPDATE;
-- case: a comment and a grant
COMMENT ON TABLE app.account IS 'x';
GRANT SELECT ON app.account TO PUBLIC;
-- case: ANALYZE
ANALYZE app.account;
-- case: a table rebuilt by its index
CLUSTER app.event USING event_account;
-- case: a table logged no longer
ALTER TABLE app.loose SET UNLOGGED;
-- case: a table copied
CREATE TABLE app.copy AS SELECT * FROM app.account;
-- case: a table like another, with its indexes
CREATE TABLE app.copy (LIKE app.account INCLUDING ALL);
-- case: a column dropped that a view shows, without a word
ALTER TABLE app.account DROP COLUMN name;
-- case: an index dropped that a constraint needs
DROP INDEX app.account_pkey;
-- case: a table dropped that another refers to
DROP TABLE app.account;
-- case: a function dropped that a trigger calls
DROP FUNCTION app.stamp();
-- case: a type dropped that a column has
DROP TYPE app.address;
-- case: a generated column
ALTER TABLE app.account ADD COLUMN lower_email text GENERATED ALWAYS AS (lower(email)) STORED;
-- case: an expression's generation dropped
ALTER TABLE app.account ADD COLUMN twice numeric GENERATED ALWAYS AS (amount * 2) STORED;
ALTER TABLE app.account ALTER COLUMN twice DROP EXPRESSION;
-- case: a default changed and rows left alone
ALTER TABLE app.account ALTER COLUMN plan SET DEFAULT 'paid';
-- case: a unique index that is used as a key
CREATE UNIQUE INDEX event_one ON app.event (id, account_id);
ALTER TABLE app.event ADD CONSTRAINT event_one UNIQUE USING INDEX event_one;
-- case: NULLS NOT DISTINCT
CREATE UNIQUE INDEX event_kind_one ON app.event (id, kind) NULLS NOT DISTINCT;
-- case: the identity of rows for replication
ALTER TABLE app.account REPLICA IDENTITY USING INDEX account_email;
