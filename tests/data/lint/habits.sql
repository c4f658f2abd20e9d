-- given
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE address AS (street text, city text);
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE SEQUENCE invoice_numbers;
CREATE SEQUENCE spare;
CREATE TABLE account (id bigserial PRIMARY KEY, name varchar(50) NOT NULL, mood mood NOT NULL DEFAULT 'ok', home address,
  balance numeric(12,2) NOT NULL DEFAULT 0, tags text[] DEFAULT '{}', active boolean DEFAULT true, settings jsonb DEFAULT '{}',
  created timestamp DEFAULT now(), parent_id bigint, contact text);
CREATE TABLE invoice (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number int NOT NULL DEFAULT nextval('invoice_numbers'),
  account_id bigint NOT NULL REFERENCES account (id), cents int, paid date, memo text, CONSTRAINT cents_positive CHECK (cents > 0) NOT VALID);
CREATE INDEX invoice_account ON invoice (account_id);
CREATE UNIQUE INDEX invoice_number ON invoice (number);
CREATE TABLE archive (LIKE invoice INCLUDING ALL);
CREATE TABLE reading (at timestamptz NOT NULL, sensor int NOT NULL, value float8) PARTITION BY RANGE (at);
CREATE TABLE reading_2024 PARTITION OF reading FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE reading_2025 PARTITION OF reading FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE shop (id int NOT NULL, land text NOT NULL) PARTITION BY LIST (land);
CREATE TABLE shop_at PARTITION OF shop FOR VALUES IN ('at', 'ch');
CREATE TABLE slot (id int NOT NULL) PARTITION BY HASH (id);
CREATE TABLE slot_0 PARTITION OF slot FOR VALUES WITH (MODULUS 4, REMAINDER 0);
CREATE TABLE log (id int, line text);
CREATE TABLE twin (id int PRIMARY KEY, a int, b int);
CREATE VIEW rich AS SELECT id, name FROM account WHERE balance > 1000;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.memo := 'x'; RETURN NEW; END $$;
CREATE FUNCTION half(n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT n / 2 $$;
CREATE TRIGGER invoice_stamp BEFORE INSERT ON invoice FOR EACH ROW EXECUTE FUNCTION stamp();
INSERT INTO account (name, contact) SELECT 'n' || n, 'a@b' FROM generate_series(1, 300) AS n;
INSERT INTO invoice (account_id, cents) SELECT n, n FROM generate_series(1, 300) AS n;
INSERT INTO reading SELECT '2024-05-05', n, 1 FROM generate_series(1, 300) AS n;
INSERT INTO shop SELECT n, 'at' FROM generate_series(1, 300) AS n;
INSERT INTO log SELECT n, 'x' FROM generate_series(1, 300) AS n;
INSERT INTO twin SELECT n, n, n FROM generate_series(1, 300) AS n;
-- case: a partition beside the others
CREATE TABLE reading_2026 PARTITION OF reading FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- case: a partition that overlaps another
CREATE TABLE reading_middle PARTITION OF reading FOR VALUES FROM ('2025-06-01') TO ('2026-06-01');
-- case: a partition without an end that overlaps
CREATE TABLE reading_rest PARTITION OF reading FOR VALUES FROM ('2025-12-31') TO (MAXVALUE);
-- case: a partition without a beginning beside the others
CREATE TABLE reading_old PARTITION OF reading FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
-- case: a partition whose bounds hold nothing
CREATE TABLE reading_none PARTITION OF reading FOR VALUES FROM ('2027-01-01') TO ('2027-01-01');
-- case: a list partition with a value that another has
CREATE TABLE shop_ch PARTITION OF shop FOR VALUES IN ('ch', 'de');
-- case: a list partition of its own values
CREATE TABLE shop_de PARTITION OF shop FOR VALUES IN ('de', 'fr');
-- case: a hash partition that is there by another modulus
CREATE TABLE slot_even PARTITION OF slot FOR VALUES WITH (MODULUS 2, REMAINDER 0);
-- case: a hash partition of another remainder
CREATE TABLE slot_1 PARTITION OF slot FOR VALUES WITH (MODULUS 4, REMAINDER 1);
-- case: a table attached over another partition
CREATE TABLE reading_new (LIKE reading INCLUDING ALL);
ALTER TABLE reading ATTACH PARTITION reading_new FOR VALUES FROM ('2024-06-01') TO ('2024-07-01');
-- case: a default partition of a table without one
CREATE TABLE reading_default PARTITION OF reading DEFAULT;
-- case: a sequence that nothing needs
DROP SEQUENCE spare;
-- case: a sequence that a default needs
DROP SEQUENCE invoice_numbers;
-- case: the sequence of a serial column
DROP SEQUENCE account_id_seq;
-- case: the sequence of an identity column
DROP SEQUENCE invoice_id_seq;
-- case: a sequence whose default is taken away before
ALTER TABLE invoice ALTER COLUMN number DROP DEFAULT;
ALTER TABLE archive ALTER COLUMN number DROP DEFAULT;
DROP SEQUENCE invoice_numbers;
-- case: a sequence and what needs it
DROP SEQUENCE invoice_numbers CASCADE;
-- case: an attribute of a type in use
ALTER TYPE address ALTER ATTRIBUTE street TYPE varchar(10);
-- case: an attribute of a type in use, cascading
ALTER TYPE address ALTER ATTRIBUTE street TYPE varchar(10) CASCADE;
-- case: one more attribute of a type in use
ALTER TYPE address ADD ATTRIBUTE zip text;
-- case: a type of its own that changes
CREATE TYPE point3 AS (x int, y int);
ALTER TYPE point3 ALTER ATTRIBUTE x TYPE bigint;
-- case: a loop over names that alters each
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['account', 'invoice'] LOOP EXECUTE format('ALTER TABLE %I ADD COLUMN tenant uuid DEFAULT gen_random_uuid()', t); END LOOP; END $$;
-- case: a loop over names that adds a plain column
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['account', 'invoice'] LOOP EXECUTE format('ALTER TABLE %I ADD COLUMN tenant uuid', t); END LOOP; END $$;
-- case: a loop over a query of literals that builds indexes
DO $$ DECLARE r record; BEGIN FOR r IN SELECT unnest(ARRAY['log', 'twin']) AS name LOOP EXECUTE 'CREATE INDEX ON ' || quote_ident(r.name) || ' (id)'; END LOOP; END $$;
-- case: a loop over VALUES that drops columns
DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM (VALUES ('account', 'contact'), ('invoice', 'memo')) AS x(t, c) LOOP EXECUTE format('ALTER TABLE %I DROP COLUMN %I', r.t, r.c); END LOOP; END $$;
-- case: a loop over numbers that makes partitions
DO $$ BEGIN FOR i IN 1..3 LOOP EXECUTE format('CREATE TABLE slot_%s PARTITION OF slot FOR VALUES WITH (MODULUS 4, REMAINDER %s)', i, i); END LOOP; END $$;
-- case: a variable with a value that is executed
DO $$ DECLARE q text := 'ALTER TABLE twin ALTER COLUMN a TYPE bigint'; BEGIN EXECUTE q; END $$;
-- case: a table swapped for a copy with all columns
CREATE TABLE twin_new (LIKE twin INCLUDING ALL);
INSERT INTO twin_new SELECT * FROM twin;
ALTER TABLE twin RENAME TO twin_old;
ALTER TABLE twin_new RENAME TO twin;
-- case: a check replaced by a wider one, NOT VALID
ALTER TABLE invoice DROP CONSTRAINT cents_positive, ADD CONSTRAINT cents_positive CHECK (cents >= 0) NOT VALID;
-- case: a check replaced by a wider one
ALTER TABLE invoice DROP CONSTRAINT cents_positive;
ALTER TABLE invoice ADD CONSTRAINT cents_positive CHECK (cents >= 0);
-- case: a foreign key to itself, of a column without values
ALTER TABLE account ADD CONSTRAINT account_parent FOREIGN KEY (parent_id) REFERENCES account (id);
-- case: a foreign key to itself, NOT VALID
ALTER TABLE account ADD CONSTRAINT account_parent FOREIGN KEY (parent_id) REFERENCES account (id) NOT VALID;
-- case: ON DELETE added to a foreign key
ALTER TABLE invoice DROP CONSTRAINT invoice_account_id_fkey, ADD CONSTRAINT invoice_account_id_fkey FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE;
-- case: a foreign key made deferrable
ALTER TABLE invoice ALTER CONSTRAINT invoice_account_id_fkey DEFERRABLE INITIALLY DEFERRED;
-- case: a boolean with a default, NOT NULL
ALTER TABLE account ADD COLUMN admin boolean NOT NULL DEFAULT false;
-- case: a timestamp with a default of now
ALTER TABLE account ADD COLUMN updated timestamptz NOT NULL DEFAULT now();
-- case: a timestamp with a default of the clock
ALTER TABLE account ADD COLUMN updated timestamptz NOT NULL DEFAULT clock_timestamp();
-- case: a column with a random default
ALTER TABLE account ADD COLUMN lot float8 DEFAULT random();
-- case: a column computed by an immutable function of its own
ALTER TABLE invoice ADD COLUMN due int DEFAULT half(10);
-- case: a default set after the column is added
ALTER TABLE account ADD COLUMN token uuid;
ALTER TABLE account ALTER COLUMN token SET DEFAULT gen_random_uuid();
-- case: a column of a domain with a check and no default
ALTER TABLE account ADD COLUMN work email;
-- case: text to a domain with a check
ALTER TABLE account ALTER COLUMN contact TYPE email;
-- case: an array column to another element type
ALTER TABLE account ALTER COLUMN tags TYPE varchar(20)[];
-- case: the precision of a numeric taken away
ALTER TABLE account ALTER COLUMN balance TYPE numeric;
-- case: a column made text by a USING that does nothing
ALTER TABLE account ALTER COLUMN name TYPE text USING name::text;
-- case: an int to a bigint under an index
ALTER TABLE invoice ALTER COLUMN number TYPE bigint;
-- case: a collation of a column with no index
ALTER TABLE account ALTER COLUMN contact TYPE text COLLATE "C";
-- case: an enum value before another
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'fine' BEFORE 'happy';
-- case: an enum value and a default of it
ALTER TYPE mood ADD VALUE 'fine';
ALTER TABLE account ALTER COLUMN mood SET DEFAULT 'fine';
-- case: an enum replaced by a text column
ALTER TABLE account ALTER COLUMN mood DROP DEFAULT, ALTER COLUMN mood TYPE text USING mood::text;
-- case: an enum swapped by rename and cast
ALTER TYPE mood RENAME TO mood_old;
CREATE TYPE mood AS ENUM ('sad', 'ok');
ALTER TABLE account ALTER COLUMN mood DROP DEFAULT;
ALTER TABLE account ALTER COLUMN mood TYPE mood USING mood::text::mood;
-- case: an index whose expression names a function of its own
CREATE INDEX log_line ON log (lower(line));
-- case (no transaction): an index CONCURRENTLY dropped and made again
DROP INDEX CONCURRENTLY IF EXISTS invoice_account;
CREATE INDEX CONCURRENTLY invoice_account ON invoice (account_id, paid);
-- case (no transaction): a unique index and the constraint that takes it over
CREATE UNIQUE INDEX CONCURRENTLY log_id ON log (id);
ALTER TABLE log ADD CONSTRAINT log_id UNIQUE USING INDEX log_id;
-- case (no transaction): a primary key on a column that may be NULL, by an index
CREATE UNIQUE INDEX CONCURRENTLY log_pkey ON log (id);
ALTER TABLE log ADD CONSTRAINT log_pkey PRIMARY KEY USING INDEX log_pkey;
-- case: a row-level policy and its switch
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON account USING (name = current_user);
-- case: a grant and a comment
GRANT SELECT ON account TO PUBLIC;
COMMENT ON TABLE account IS 'who pays';
-- case: a view replaced with one more column
CREATE OR REPLACE VIEW rich AS SELECT id, name, balance FROM account WHERE balance > 1000;
-- case: a view replaced with fewer columns
CREATE OR REPLACE VIEW rich AS SELECT id FROM account WHERE balance > 1000;
-- case: a column that a view shows
ALTER TABLE account DROP COLUMN name;
-- case: a type of a column that a view filters by
ALTER TABLE account ALTER COLUMN balance TYPE numeric(14,2);
-- case: a trigger that is made and dropped again
CREATE TRIGGER once BEFORE UPDATE ON invoice FOR EACH ROW EXECUTE FUNCTION stamp();
DROP TRIGGER once ON invoice;
-- case: all triggers turned off
ALTER TABLE invoice DISABLE TRIGGER ALL;
-- case: a backfill by a join in one statement
UPDATE invoice SET memo = a.name FROM account AS a WHERE a.id = invoice.account_id;
-- case: a backfill of a few by a key
UPDATE invoice SET memo = 'x' WHERE id BETWEEN 1 AND 10;
-- case: all rows deleted in a CTE
WITH gone AS (DELETE FROM log RETURNING *) SELECT count(*) FROM gone;
-- case: rows of a table moved to another by a CTE
WITH gone AS (DELETE FROM log RETURNING *) INSERT INTO archive (account_id, cents) SELECT 1, id FROM gone;
-- case: rows inserted for a table that is there
INSERT INTO account (name) VALUES ('a'), ('b') ON CONFLICT DO NOTHING;
-- case: a merge of one row by its key
MERGE INTO twin USING (VALUES (1, 2)) AS v (id, a) ON twin.id = v.id WHEN MATCHED THEN UPDATE SET a = v.a;
-- case: a generated column
ALTER TABLE twin ADD COLUMN total int GENERATED ALWAYS AS (a + b) STORED;
-- case: the expression of a column taken away
ALTER TABLE twin ALTER COLUMN a DROP EXPRESSION IF EXISTS;
-- case: an identity added to a key
ALTER TABLE twin ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY;
-- case: a sequence restarted above the rows
CREATE SEQUENCE twin_id_seq OWNED BY twin.id;
ALTER TABLE twin ALTER COLUMN id SET DEFAULT nextval('twin_id_seq');
-- case: statistics, storage and fillfactor
ALTER TABLE account ALTER COLUMN settings SET STATISTICS 500;
ALTER TABLE account ALTER COLUMN settings SET STORAGE EXTERNAL;
ALTER TABLE account SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01);
-- case: replica identity by an index
ALTER TABLE invoice REPLICA IDENTITY USING INDEX invoice_number;
-- case: an owner, a schema and back
CREATE SCHEMA fresh;
ALTER TABLE log SET SCHEMA fresh;
-- case: inheritance added to a table
CREATE TABLE log_child (id int, line text);
ALTER TABLE log_child INHERIT log;
-- case: an exclusion constraint
ALTER TABLE twin ADD CONSTRAINT apart EXCLUDE USING btree (a WITH =);
-- case: two columns NOT NULL in one statement
ALTER TABLE twin ALTER COLUMN a SET NOT NULL, ALTER COLUMN b SET NOT NULL;
-- case: NOT NULL with a default set in the same statement
ALTER TABLE twin ALTER COLUMN a SET DEFAULT 0, ALTER COLUMN a SET NOT NULL;
-- case: a lock taken by hand, and a change
LOCK TABLE twin IN ACCESS EXCLUSIVE MODE;
ALTER TABLE twin ADD COLUMN c int;
-- case: a trigger that fires for each row of an update of all
CREATE FUNCTION count_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER counting AFTER INSERT ON log FOR EACH STATEMENT EXECUTE FUNCTION count_it();
INSERT INTO log VALUES (1000, 'x');
-- case: a function of before replaced
CREATE OR REPLACE FUNCTION half(n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT n / 3 $$;
-- case: a function that an index needs is dropped
CREATE INDEX twin_half ON twin (half(a));
DROP FUNCTION half(int);
-- case: a materialized view without data
CREATE MATERIALIZED VIEW totals AS SELECT account_id, sum(cents) AS cents FROM invoice GROUP BY account_id WITH NO DATA;
-- case: a table that is dropped if it is there, and made
DROP TABLE IF EXISTS nowhere;
CREATE TABLE nowhere (id int PRIMARY KEY);
-- case: a table that is dropped if it is there, which it is
DROP TABLE IF EXISTS log;
CREATE TABLE log (id int, line text);
-- case: a table that is dropped if it is there, and made with fewer columns
DROP TABLE IF EXISTS log;
CREATE TABLE log (id int);
-- case: statements separated by comments only
/* nothing */ ;
-- still nothing
SELECT 1;
-- case: a column of a partition alone
ALTER TABLE reading_2024 ADD COLUMN note text;
-- case: an inherited column of a partition dropped
ALTER TABLE reading_2024 DROP COLUMN value;
-- case: a column of a partitioned table
ALTER TABLE reading ADD COLUMN note text;
-- case: a column of a partitioned table, ONLY
ALTER TABLE ONLY reading ADD COLUMN note text;
-- case: NOT NULL for all partitions
ALTER TABLE reading ALTER COLUMN value SET NOT NULL;
-- case: a check of a partitioned table, NOT VALID
ALTER TABLE reading ADD CONSTRAINT positive CHECK (value > 0) NOT VALID;
-- case: a key without the partition key
ALTER TABLE reading ADD PRIMARY KEY (sensor);
-- case: a partition let go
ALTER TABLE reading DETACH PARTITION reading_2024;
-- case: a partition let go CONCURRENTLY in a transaction
ALTER TABLE reading DETACH PARTITION reading_2024 CONCURRENTLY;
-- case (no transaction): a partition let go CONCURRENTLY
ALTER TABLE reading DETACH PARTITION reading_2024 CONCURRENTLY;
-- case: an index renamed
ALTER INDEX invoice_number RENAME TO invoice_by_number;
-- case: a constraint renamed
ALTER TABLE invoice RENAME CONSTRAINT cents_positive TO cents_above_zero;
-- case: a view renamed
ALTER VIEW rich RENAME TO wealthy;
-- case: a function renamed
ALTER FUNCTION half(int) RENAME TO halve;
-- case: a function given other rights
ALTER FUNCTION stamp() SECURITY DEFINER;
-- case: a type in use dropped
DROP TYPE address;
-- case: a function of a trigger dropped
DROP FUNCTION stamp();
-- case: a table that others refer to dropped
DROP TABLE account;
-- case: a key that others refer to dropped
ALTER TABLE account DROP CONSTRAINT account_pkey;
-- case: a key that nobody refers to dropped
ALTER TABLE invoice DROP CONSTRAINT invoice_pkey;
-- case: a copy of a table made anew
CREATE TABLE invoice_copy AS TABLE invoice;
-- case: a sequence set
SELECT setval('invoice_numbers', 1000);
-- case: every row turned round
UPDATE account SET active = NOT active;
-- case: rows without a value, which there are none of
UPDATE account SET active = true WHERE active IS NULL;
-- case: a serial column beside others
ALTER TABLE log ADD COLUMN nr bigserial;
-- case: a column unless it is there, which it is
ALTER TABLE log ADD COLUMN IF NOT EXISTS line text;
-- case: a table that may be missing, and is
ALTER TABLE IF EXISTS missing ADD COLUMN x int;
-- case: a varchar made shorter
ALTER TABLE account ALTER COLUMN name TYPE varchar(40);
-- case: a timestamp with fewer digits
ALTER TABLE account ALTER COLUMN created TYPE timestamp(3);
-- case: a timestamp with all its digits
ALTER TABLE account ALTER COLUMN created TYPE timestamp(6);
-- case: a table in the order of an index
CLUSTER twin USING twin_pkey;
-- case: an index named for it
ALTER TABLE twin CLUSTER ON twin_pkey;
ALTER TABLE twin SET WITHOUT CLUSTER;
-- case: a logged table made logged
ALTER TABLE log SET LOGGED;
-- case: an enum value renamed
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';
-- case: a view dropped and made with more
DROP VIEW rich;
CREATE VIEW rich AS SELECT id, name, balance FROM account;
-- case: a reference on a new column
ALTER TABLE invoice ADD COLUMN payer_id bigint REFERENCES account;
-- case: a reference on a new column with a default
ALTER TABLE invoice ADD COLUMN payer_id bigint DEFAULT 1 REFERENCES account;
-- case: a named check on a new column
ALTER TABLE invoice ADD COLUMN tax int CONSTRAINT tax_positive CHECK (tax > 0);
-- case (no transaction): a table's indexes built anew CONCURRENTLY
REINDEX TABLE CONCURRENTLY twin;
-- case (no transaction): VACUUM
VACUUM (ANALYZE) twin;
-- case: ANALYZE in a transaction
ANALYZE twin;
-- case: a block that adds a column if it is missing
DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'twin' AND column_name = 'c') THEN ALTER TABLE twin ADD COLUMN c int; END IF; END $$;
-- case: a block that makes a type unless it is there
DO $$ BEGIN CREATE TYPE mood AS ENUM ('x'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
-- case: a function in SQL that changes all rows, called
CREATE FUNCTION wake() RETURNS void LANGUAGE sql AS $$ UPDATE account SET active = true $$;
SELECT wake();
-- case: a procedure in SQL that changes all rows, called
CREATE PROCEDURE wake_all() LANGUAGE sql AS $$ UPDATE account SET active = true $$;
CALL wake_all();
-- case: a procedure with a body of statements
CREATE PROCEDURE wake_all() BEGIN ATOMIC UPDATE account SET active = true; END;
CALL wake_all();
-- case: a trigger that changes all rows of another table
CREATE FUNCTION wake() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE account SET active = true; RETURN NULL; END $$;
CREATE TRIGGER waking AFTER INSERT ON log FOR EACH STATEMENT EXECUTE FUNCTION wake();
INSERT INTO log VALUES (1, 'x');
-- case: statistics over columns
CREATE STATISTICS twin_ab ON a, b FROM twin;
-- case: a column that comes and goes
ALTER TABLE twin ADD COLUMN z int;
ALTER TABLE twin DROP COLUMN z;
-- case: a domain that no column has gets a check
ALTER DOMAIN email ADD CONSTRAINT short CHECK (length(VALUE) < 100);
-- case: rights given to all that will be
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
-- case: a trigger replaced
CREATE OR REPLACE TRIGGER invoice_stamp BEFORE INSERT ON invoice FOR EACH ROW EXECUTE FUNCTION stamp();
-- case: a function that is there
CREATE FUNCTION half(n int) RETURNS int LANGUAGE sql AS $$ SELECT n $$;
-- case: a function of the name with another argument
CREATE FUNCTION half(n bigint) RETURNS bigint LANGUAGE sql AS $$ SELECT n / 2 $$;
-- case: a table of the name of a sequence
CREATE TABLE invoice_numbers (id int);
-- case: an index of the name of a key
CREATE INDEX twin_pkey ON twin (a);
-- case: a type of the name of a table
CREATE TYPE account AS ENUM ('x');
-- case: a column of a system column's name
ALTER TABLE twin ADD COLUMN xmin int;
-- case: a default that is a query
ALTER TABLE twin ALTER COLUMN a SET DEFAULT (SELECT 1);
-- case: a check that is a query
ALTER TABLE twin ADD CONSTRAINT few CHECK (a < (SELECT count(*) FROM account)) NOT VALID;
-- case: a foreign key to a view
ALTER TABLE log ADD CONSTRAINT log_rich FOREIGN KEY (id) REFERENCES rich (id) NOT VALID;
-- case: a row of a table that does not fit
INSERT INTO twin (id, nowhere) VALUES (1000, 1);
-- case: an update of a column that is not there
UPDATE twin SET nowhere = 1 WHERE id = 1;
-- case: an index on a column that is not there
CREATE INDEX CONCURRENTLY twin_nowhere ON twin (nowhere);
-- case: a comment on what is not there
COMMENT ON COLUMN twin.nowhere IS 'x';
-- case: a policy made twice
CREATE POLICY own ON account USING (true);
CREATE POLICY own ON account USING (true);
-- case: an identity column made an identity once more
ALTER TABLE invoice ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
-- case: a default for an identity column
ALTER TABLE invoice ALTER COLUMN id SET DEFAULT 1;
-- case: a second primary key
ALTER TABLE twin ADD PRIMARY KEY (a);
