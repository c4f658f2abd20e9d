-- given
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TYPE kind AS ENUM ('a', 'b');
CREATE TYPE pair AS (x int, y int);
CREATE DOMAIN mail AS text CONSTRAINT mail_at CHECK (VALUE LIKE '%@%');
CREATE TABLE account (id serial PRIMARY KEY, mail mail, name text NOT NULL, age int, score real, at timestamptz, ip inet,
  amount money, bits bit(4), p pair, kind kind, json json, n numeric, c char(5), big bigint, small smallint, created date,
  duration interval, flag boolean, uid uuid, raw bytea, deleted_at timestamptz);
CREATE INDEX account_lower_name ON account (lower(name));
CREATE INDEX account_live ON account (age) WHERE deleted_at IS NULL;
CREATE TABLE note (id bigserial PRIMARY KEY, account_id int NOT NULL REFERENCES account ON DELETE CASCADE, body text,
  UNIQUE (account_id, body));
CREATE TABLE link (a int REFERENCES account, b int REFERENCES account, PRIMARY KEY (a, b));
CREATE TABLE log (id int, at timestamptz NOT NULL, text text) PARTITION BY RANGE (at);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CREATE INDEX log_text ON log (text);
CREATE UNLOGGED TABLE cache (key text PRIMARY KEY, value text);
CREATE VIEW names AS SELECT id, name FROM account;
CREATE VIEW named AS SELECT * FROM names;
CREATE FUNCTION plus_one(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE FUNCTION today_text() RETURNS text LANGUAGE sql STABLE AS 'SELECT current_date::text';
CREATE FUNCTION count_up() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
CREATE FUNCTION fill() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE account SET age = 1; END $$;
CREATE PROCEDURE refill() LANGUAGE plpgsql AS $$ BEGIN UPDATE account SET age = 2; END $$;
CREATE FUNCTION on_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
INSERT INTO account (mail, name, age, score, at, ip, amount, kind, n, c, big, small, created, flag, uid) SELECT 'a@b', 'n' || n, n, n, '2025-01-01', '1.1.1.1', 1, 'a', 1, 'x', 1, 1, '2025-01-01', true, gen_random_uuid() FROM generate_series(1, 300) AS n;
INSERT INTO note (account_id, body) SELECT n, 'b' FROM generate_series(1, 300) AS n;
INSERT INTO link SELECT n, n FROM generate_series(1, 300) AS n;
INSERT INTO log SELECT n, '2025-01-05', 'x' FROM generate_series(1, 300) AS n;
INSERT INTO cache SELECT n, n FROM generate_series(1, 300) AS n;
-- case: serial's integer to bigint
ALTER TABLE account ALTER COLUMN id TYPE bigint;
-- case: the sequence of a serial made bigint
ALTER SEQUENCE account_id_seq AS bigint;
-- case: text to citext
ALTER TABLE account ALTER COLUMN name TYPE citext;
-- case: a domain to its base
ALTER TABLE account ALTER COLUMN mail TYPE text;
-- case: inet to text
ALTER TABLE account ALTER COLUMN ip TYPE text;
-- case: real to double precision
ALTER TABLE account ALTER COLUMN score TYPE double precision;
-- case: numeric without a limit to one
ALTER TABLE account ALTER COLUMN n TYPE numeric(12,3);
-- case: char longer
ALTER TABLE account ALTER COLUMN c TYPE char(10);
-- case: char to varchar
ALTER TABLE account ALTER COLUMN c TYPE varchar(5);
-- case: boolean to integer
ALTER TABLE account ALTER COLUMN flag TYPE int USING flag::int;
-- case: boolean to integer without USING
ALTER TABLE account ALTER COLUMN flag TYPE int;
-- case: uuid to text
ALTER TABLE account ALTER COLUMN uid TYPE text;
-- case: interval with fewer digits
ALTER TABLE account ALTER COLUMN duration TYPE interval(0);
-- case: timestamptz with fewer digits
ALTER TABLE account ALTER COLUMN at TYPE timestamptz(3);
-- case: bit longer
ALTER TABLE account ALTER COLUMN bits TYPE bit(8);
-- case: an enum to varchar
ALTER TABLE account ALTER COLUMN kind TYPE varchar(10);
-- case: text under an index on an expression to varchar
ALTER TABLE account ALTER COLUMN name TYPE varchar;
-- case: a column of a partial index's predicate
ALTER TABLE account ALTER COLUMN deleted_at TYPE timestamptz(6);
-- case: two changes of which one is free
ALTER TABLE note ALTER COLUMN body TYPE varchar, ALTER COLUMN id TYPE bigint;
-- case: a column under a view of a view
ALTER TABLE account ALTER COLUMN name TYPE varchar(50);
-- case: a column dropped under a view of a view
ALTER TABLE account DROP COLUMN name;
-- case: a column that no view has dropped
ALTER TABLE account DROP COLUMN age;
-- case: an old view and its view dropped and made again around a type change
DROP VIEW named, names;
ALTER TABLE account ALTER COLUMN name TYPE varchar(50);
CREATE VIEW names AS SELECT id, name FROM account;
CREATE VIEW named AS SELECT * FROM names;
-- case: a default by an immutable function
ALTER TABLE account ADD COLUMN x int DEFAULT plus_one(1);
-- case: a default by a stable function
ALTER TABLE account ADD COLUMN x text DEFAULT today_text();
-- case: a default by a volatile function of PL/pgSQL
ALTER TABLE account ADD COLUMN x int DEFAULT count_up();
-- case: NOT NULL with a default of a cast
ALTER TABLE account ADD COLUMN x jsonb NOT NULL DEFAULT '{}'::jsonb;
-- case: an array with a default by ARRAY
ALTER TABLE account ADD COLUMN x text[] NOT NULL DEFAULT ARRAY[]::text[];
-- case: NOT NULL with localtimestamp
ALTER TABLE account ADD COLUMN x timestamp NOT NULL DEFAULT localtimestamp;
-- case: NOT NULL with current_user
ALTER TABLE account ADD COLUMN x text NOT NULL DEFAULT current_user;
-- case: a check that only the new column has, not validated
ALTER TABLE account ADD COLUMN x int, ADD CONSTRAINT x_there CHECK (x IS NOT NULL) NOT VALID;
-- case: a unique column of a new column by an index
ALTER TABLE account ADD COLUMN slug text;
CREATE UNIQUE INDEX account_slug ON account (slug);
-- case: a column of a composite type
ALTER TABLE account ADD COLUMN q pair;
-- case: an attribute added to a type that a table uses
ALTER TYPE pair ADD ATTRIBUTE z int;
-- case: a domain's constraint dropped
ALTER DOMAIN mail DROP CONSTRAINT mail_at;
-- case: a domain's constraint added NOT VALID and validated
ALTER DOMAIN mail ADD CONSTRAINT long_enough CHECK (length(VALUE) > 2) NOT VALID;
ALTER DOMAIN mail VALIDATE CONSTRAINT long_enough;
-- case: a function called that updates every row
SELECT fill();
-- case: a procedure called that updates every row
CALL refill();
-- case: a block that performs a function
DO $$ BEGIN PERFORM fill(); END $$;
-- case: a block that loops over tables with EXECUTE
DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename IN ('note', 'link') LOOP EXECUTE format('ALTER TABLE %I ADD COLUMN tenant int', t); END LOOP; END $$;
-- case: a block that only raises a notice
DO $$ BEGIN RAISE NOTICE 'hello'; END $$;
-- case: a block that drops a column if it is there
DO $$ BEGIN IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'account'::regclass AND attname = 'nickname') THEN ALTER TABLE account DROP COLUMN nickname; END IF; END $$;
-- case: a constraint dropped and added as NOT VALID
ALTER TABLE note DROP CONSTRAINT note_account_id_fkey;
ALTER TABLE note ADD CONSTRAINT note_account_id_fkey FOREIGN KEY (account_id) REFERENCES account ON DELETE SET NULL NOT VALID;
-- case: a constraint dropped and added in one statement
ALTER TABLE note DROP CONSTRAINT note_account_id_fkey, ADD CONSTRAINT note_account_id_fkey FOREIGN KEY (account_id) REFERENCES account;
-- case: a table with many columns and keys to old ones
CREATE TABLE membership (account_id int REFERENCES account, note_id bigint REFERENCES note, role kind NOT NULL DEFAULT 'a', PRIMARY KEY (account_id, note_id));
CREATE INDEX membership_note ON membership (note_id);
COMMENT ON TABLE membership IS 'who';
GRANT SELECT ON membership TO PUBLIC;
-- case: a table LIKE with all, then its index
CREATE TABLE account_copy (LIKE account INCLUDING ALL);
CREATE INDEX ON account_copy (age);
-- case: a table inherits, then a check on the child
CREATE TABLE special (extra text) INHERITS (account);
ALTER TABLE special ADD CHECK (extra <> '');
-- case: an old partition's own index
CREATE INDEX log_1_id ON log_1 (id);
-- case: a partition's column type through its parent
ALTER TABLE log ALTER COLUMN id TYPE bigint;
-- case: a partition of tomorrow
CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM ('2025-02-01') TO ('2025-03-01');
CREATE INDEX log_2_id ON log_2 (id);
-- case: a table filled before it is attached
CREATE TABLE log_3 (LIKE log INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
ALTER TABLE log_3 ADD CONSTRAINT log_3_at CHECK (at >= '2025-03-01' AND at < '2025-04-01');
ALTER TABLE log ATTACH PARTITION log_3 FOR VALUES FROM ('2025-03-01') TO ('2025-04-01');
-- case: a primary key of a partitioned table without the key
ALTER TABLE log ADD PRIMARY KEY (id);
-- case: a GIN index
CREATE INDEX account_name_trgm ON account USING gin (name gin_trgm_ops);
-- case (no transaction): a GIN index, CONCURRENTLY
CREATE INDEX CONCURRENTLY account_name_trgm ON account USING gin (name gin_trgm_ops);
-- case (no transaction): drop and make concurrently
DROP INDEX CONCURRENTLY IF EXISTS account_live;
CREATE INDEX CONCURRENTLY account_live ON account (age) WHERE deleted_at IS NULL AND age > 0;
-- case: rows inserted with RETURNING in a WITH
WITH made AS (INSERT INTO account (name) VALUES ('x') RETURNING id) INSERT INTO note (account_id, body) SELECT id, 'x' FROM made;
-- case: a delete of old rows by an indexed key
DELETE FROM note WHERE id < 10;
-- case: a truncate with restart
TRUNCATE cache RESTART IDENTITY;
-- case: an unlogged table made logged
ALTER TABLE cache SET LOGGED;
-- case: toast options
ALTER TABLE account SET (toast.autovacuum_enabled = false);
-- case: a trigger with columns
CREATE TRIGGER note_body AFTER UPDATE OF body ON note FOR EACH ROW EXECUTE FUNCTION on_note();
-- case: a constraint trigger
CREATE CONSTRAINT TRIGGER note_later AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION on_note();
-- case: a trigger that is not there dropped if exists
DROP TRIGGER IF EXISTS nothing ON note;
-- case: a trigger that is not there dropped
DROP TRIGGER nothing ON note;
-- case: forced row security
ALTER TABLE account FORCE ROW LEVEL SECURITY;
-- case: an owner
ALTER TABLE account OWNER TO CURRENT_USER;
-- case: a key with INCLUDE
ALTER TABLE link ADD CONSTRAINT link_b UNIQUE (b) INCLUDE (a);
-- case: NOT NULL dropped and a default
ALTER TABLE account ALTER COLUMN name DROP NOT NULL, ALTER COLUMN age SET DEFAULT 0;
-- case: NOT NULL dropped of a primary key
ALTER TABLE account ALTER COLUMN id DROP NOT NULL;
-- case: an alias of a lock
LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE;
ALTER TABLE account ADD COLUMN z int;
-- case: a type replaced in the old way
ALTER TYPE kind RENAME TO kind_old;
CREATE TYPE kind AS ENUM ('a', 'b', 'c');
ALTER TABLE account ALTER COLUMN kind TYPE kind USING kind::text::kind;
DROP TYPE kind_old;
-- case: extensions
CREATE EXTENSION IF NOT EXISTS pgcrypto;
-- case: an aggregate dropped that is not there
DROP FUNCTION nothing(int);
-- case: a function replaced with another result
CREATE OR REPLACE FUNCTION count_up() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
-- case: a function with a default changed
CREATE OR REPLACE FUNCTION plus_one(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 2';
-- case: a table of an expression index changed
CREATE INDEX account_plus ON account (plus_one(age));
-- case: an index on now
CREATE INDEX account_recent ON account (id) WHERE at > now();
