-- given
CREATE TYPE state AS ENUM ('new', 'paid');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN label AS text;
CREATE TABLE customer (id bigint PRIMARY KEY, email varchar(100) NOT NULL, name text, born date, note text);
CREATE TABLE purchase (id int PRIMARY KEY, customer_id bigint REFERENCES customer, state state NOT NULL DEFAULT 'new',
  total numeric(10,2), quantity int, code varchar(20), placed timestamp, tags text[], data jsonb, size int,
  CONSTRAINT quantity_known CHECK (quantity IS NOT NULL), CONSTRAINT size_known CHECK (size IS NOT NULL) NOT VALID);
CREATE INDEX purchase_customer ON purchase (customer_id);
CREATE UNIQUE INDEX purchase_code ON purchase (code);
CREATE INDEX purchase_total ON purchase (total) WHERE total > 0;
CREATE TABLE event (id bigint NOT NULL, at date NOT NULL, what text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE event_2026 (id bigint NOT NULL, at date NOT NULL, what text,
  CONSTRAINT event_2026_at CHECK (at >= '2026-01-01' AND at < '2027-01-01'));
CREATE UNIQUE INDEX event_2026_key ON event_2026 (id, at);
CREATE TABLE animal (id int PRIMARY KEY, name text);
CREATE TABLE dog (bark text) INHERITS (animal);
CREATE TABLE region (id int, kind text NOT NULL) PARTITION BY LIST (kind);
CREATE TABLE region_a PARTITION OF region FOR VALUES IN ('a');
CREATE TABLE region_other PARTITION OF region DEFAULT;
CREATE TABLE region_b (id int, kind text NOT NULL);
CREATE TABLE bucket (id int NOT NULL) PARTITION BY HASH (id);
CREATE TABLE bucket_0 PARTITION OF bucket FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE VIEW paid AS SELECT id, total FROM purchase WHERE state = 'paid';
CREATE MATERIALIZED VIEW summary AS SELECT customer_id, count(*) AS n FROM purchase GROUP BY customer_id;
CREATE UNIQUE INDEX summary_customer ON summary (customer_id);
CREATE FUNCTION touch_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION change_all() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE purchase SET note2 = 1; EXCEPTION WHEN undefined_column THEN NULL; END $$;
CREATE FUNCTION alter_it() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE purchase ALTER COLUMN quantity TYPE bigint; END $$;
CREATE TRIGGER customer_touch BEFORE UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION touch_it();
CREATE SEQUENCE ticket;
CREATE SCHEMA old;
CREATE TABLE old.archive (id int PRIMARY KEY, what text);
INSERT INTO customer SELECT n, 'a' || n, 'b', '2000-01-01', 'c' FROM generate_series(1, 300) AS n;
INSERT INTO purchase SELECT n, n, 'new', 1, 1, 'c' || n, '2025-01-01', '{a}', '{}', 1 FROM generate_series(1, 300) AS n;
INSERT INTO event SELECT n, '2024-05-05', 'x' FROM generate_series(1, 300) AS n;
INSERT INTO event SELECT n, '2025-05-05', 'x' FROM generate_series(1, 300) AS n;
INSERT INTO event_2026 SELECT n, '2026-05-05', 'x' FROM generate_series(1, 300) AS n;
INSERT INTO animal SELECT n, 'x' FROM generate_series(1, 300) AS n;
INSERT INTO dog SELECT n, 'x', 'y' FROM generate_series(1, 300) AS n;
INSERT INTO region SELECT n, 'a' FROM generate_series(1, 300) AS n;
INSERT INTO region SELECT n, 'z' FROM generate_series(1, 300) AS n;
INSERT INTO region_b SELECT n, 'b' FROM generate_series(1, 300) AS n;
INSERT INTO bucket_0 SELECT n FROM generate_series(1, 600) AS n WHERE satisfies_hash_partition((SELECT oid FROM pg_class WHERE relname = 'bucket'), 2, 0, n);
INSERT INTO old.archive SELECT n, 'x' FROM generate_series(1, 300) AS n;
REFRESH MATERIALIZED VIEW summary;
-- case: a table and a foreign key to an old one, with an index on the new one
CREATE TABLE payment (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, purchase_id int NOT NULL REFERENCES purchase, at timestamptz DEFAULT clock_timestamp());
CREATE INDEX payment_purchase ON payment (purchase_id);
ALTER TABLE payment ALTER COLUMN purchase_id TYPE bigint;
-- case: a new table filled from an old one
CREATE TABLE purchase_copy AS SELECT id, total FROM purchase;
ALTER TABLE purchase_copy ADD PRIMARY KEY (id);
-- case: a column, then a new table filled from an old one
ALTER TABLE customer ADD COLUMN score int;
CREATE TABLE purchase_copy AS SELECT id, total FROM purchase;
-- case: a new table filled by INSERT, then an old one altered
CREATE TABLE purchase_copy (id int, total numeric);
INSERT INTO purchase_copy SELECT id, total FROM purchase;
ALTER TABLE customer ADD COLUMN score int;
-- case: a column with a default, a check that is not validated and an index on a new table
ALTER TABLE purchase ADD COLUMN currency char(3) NOT NULL DEFAULT 'EUR';
ALTER TABLE purchase ADD CONSTRAINT currency_upper CHECK (currency = upper(currency)) NOT VALID;
-- case: NOT NULL proven by one check, several actions
ALTER TABLE purchase ALTER COLUMN quantity SET NOT NULL, DROP CONSTRAINT quantity_known;
-- case: NOT NULL whose check is dropped before
ALTER TABLE purchase DROP CONSTRAINT quantity_known;
ALTER TABLE purchase ALTER COLUMN quantity SET NOT NULL;
-- case: NOT NULL of a check not validated
ALTER TABLE purchase ALTER COLUMN size SET NOT NULL;
-- case (no transaction): NOT NULL after the check is validated
ALTER TABLE purchase VALIDATE CONSTRAINT size_known;
ALTER TABLE purchase ALTER COLUMN size SET NOT NULL;
ALTER TABLE purchase DROP CONSTRAINT size_known;
-- case: a varchar made longer that has a unique index
ALTER TABLE purchase ALTER COLUMN code TYPE varchar(40);
-- case: a varchar made text with a unique index
ALTER TABLE purchase ALTER COLUMN code TYPE text;
-- case: a numeric made wider under a partial index
ALTER TABLE purchase ALTER COLUMN total TYPE numeric(12,2);
-- case: a column made longer and another one added
ALTER TABLE customer ALTER COLUMN email TYPE varchar(200), ADD COLUMN phone varchar(20);
-- case: a type under a foreign key
ALTER TABLE purchase ALTER COLUMN customer_id TYPE int;
-- case: date to timestamp
ALTER TABLE customer ALTER COLUMN born TYPE timestamp;
-- case: timestamp to timestamptz in UTC by SET LOCAL
SET LOCAL timezone = 'UTC';
ALTER TABLE purchase ALTER COLUMN placed TYPE timestamptz;
-- case: timestamp to timestamptz in another zone by SET LOCAL
SET LOCAL timezone = 'Europe/Vienna';
ALTER TABLE purchase ALTER COLUMN placed TYPE timestamptz;
-- case: timestamp to timestamptz by AT TIME ZONE
ALTER TABLE purchase ALTER COLUMN placed TYPE timestamptz USING placed AT TIME ZONE 'UTC';
-- case: text[] to varchar[]
ALTER TABLE purchase ALTER COLUMN tags TYPE varchar[];
-- case: jsonb to json
ALTER TABLE purchase ALTER COLUMN data TYPE json;
-- case: text to a domain over text
ALTER TABLE customer ALTER COLUMN note TYPE label;
-- case: an int to a domain with a check
ALTER TABLE animal ALTER COLUMN id TYPE positive;
-- case: an enum column to text
ALTER TABLE purchase ALTER COLUMN state TYPE text;
-- case: an enum column to another enum
CREATE TYPE state2 AS ENUM ('new', 'paid', 'sent');
ALTER TABLE customer ADD COLUMN state state;
ALTER TABLE customer ALTER COLUMN state TYPE state2 USING state::text::state2;
-- case: a default set and its column filled in a table of before
ALTER TABLE customer ALTER COLUMN name SET DEFAULT 'x';
UPDATE customer SET name = 'x' WHERE name IS NULL;
-- case: some rows by a list of keys
UPDATE customer SET name = 'x' WHERE id IN (1, 2, 3);
-- case: rows found by a column without an index
UPDATE customer SET name = 'x' WHERE email = 'a3';
-- case: a column and rows found by a column without an index
ALTER TABLE customer ADD COLUMN vip boolean DEFAULT false;
UPDATE customer SET vip = true WHERE email LIKE 'a1%';
-- case: all rows updated from another table
UPDATE purchase SET code = customer.email FROM customer WHERE customer.id = purchase.customer_id;
-- case: all rows deleted that have a partner
DELETE FROM purchase USING customer WHERE customer.id = purchase.customer_id AND customer.id = 4;
-- case: an upsert
INSERT INTO customer (id, email) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET email = excluded.email;
-- case: a child of an inheritance gets a column from its parent
ALTER TABLE animal ADD COLUMN age int DEFAULT 0;
-- case: a child of an inheritance gets a volatile column from its parent
ALTER TABLE animal ADD COLUMN token uuid DEFAULT gen_random_uuid();
-- case: a child's type follows its parent
ALTER TABLE animal ALTER COLUMN id TYPE bigint;
-- case: NOT NULL of a parent
ALTER TABLE animal ALTER COLUMN name SET NOT NULL;
-- case: NOT NULL of a parent alone
ALTER TABLE ONLY animal ALTER COLUMN name SET NOT NULL;
-- case: a check of a parent
ALTER TABLE animal ADD CONSTRAINT named CHECK (name <> '');
-- case: a check that is not inherited
ALTER TABLE animal ADD CONSTRAINT named CHECK (name <> '') NO INHERIT NOT VALID;
-- case: a child detached from its parent
ALTER TABLE dog NO INHERIT animal;
-- case: a table attached to a parent by INHERIT
CREATE TABLE cat (id int NOT NULL, name text);
ALTER TABLE cat INHERIT animal;
-- case: a column of a parent dropped
ALTER TABLE animal DROP COLUMN name;
-- case: a column of a child dropped that its parent has
ALTER TABLE dog DROP COLUMN name;
-- case: a stored column
ALTER TABLE customer ADD COLUMN lower_name text GENERATED ALWAYS AS (lower(name)) STORED;
-- case: a column under a stored column of the plan dropped
ALTER TABLE purchase ADD COLUMN double_size int GENERATED ALWAYS AS (size * 2) STORED;
-- case: the expression dropped of a stored column of a new table
CREATE TABLE box (a int, b int GENERATED ALWAYS AS (a * 2) STORED);
ALTER TABLE box ALTER COLUMN b DROP EXPRESSION;
-- case: an identity added
ALTER TABLE purchase ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY;
-- case: an identity dropped
ALTER TABLE purchase ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY;
ALTER TABLE purchase ALTER COLUMN id DROP IDENTITY;
-- case: an identity dropped that is not there
ALTER TABLE purchase ALTER COLUMN id DROP IDENTITY;
-- case: a column from a sequence
ALTER TABLE customer ADD COLUMN number bigint DEFAULT nextval('ticket');
-- case: a sequence default set, rows as they are
ALTER TABLE customer ADD COLUMN number bigint;
ALTER TABLE customer ALTER COLUMN number SET DEFAULT nextval('ticket');
-- case: a random default set behind the column
ALTER TABLE customer ADD COLUMN token uuid;
ALTER TABLE customer ALTER COLUMN token SET DEFAULT gen_random_uuid();
-- case: a default of a stable expression
ALTER TABLE customer ADD COLUMN seen timestamptz NOT NULL DEFAULT now() + interval '1 day';
-- case: a default of a random expression
ALTER TABLE customer ADD COLUMN luck int DEFAULT (random() * 10)::int;
-- case: a default of the text of the time
ALTER TABLE customer ADD COLUMN since text DEFAULT to_char(now(), 'YYYY');
-- case: a default of timeofday
ALTER TABLE customer ADD COLUMN since text DEFAULT timeofday();
-- case: a default of an array
ALTER TABLE customer ADD COLUMN list text[] NOT NULL DEFAULT '{}';
-- case: a column with a collation
ALTER TABLE customer ADD COLUMN sorted text COLLATE "C" DEFAULT '';
-- case: a column of a positive domain with a default
ALTER TABLE customer ADD COLUMN n positive DEFAULT 1;
-- case: a column with REFERENCES and an index later
ALTER TABLE purchase ADD COLUMN parent_id int REFERENCES purchase (id);
-- case: a column with REFERENCES to a new table
CREATE TABLE shop (id int PRIMARY KEY);
ALTER TABLE purchase ADD COLUMN shop_id int REFERENCES shop;
-- case: a column with REFERENCES, NOT NULL and a default
CREATE TABLE shop (id int PRIMARY KEY);
INSERT INTO shop VALUES (1);
ALTER TABLE purchase ADD COLUMN shop_id int NOT NULL DEFAULT 1 REFERENCES shop;
-- case: a foreign key not validated, in one statement with its column
ALTER TABLE purchase ADD COLUMN helper_id bigint, ADD CONSTRAINT purchase_helper FOREIGN KEY (helper_id) REFERENCES customer NOT VALID;
-- case: a foreign key on a column of the same statement
ALTER TABLE purchase ADD COLUMN helper_id bigint, ADD CONSTRAINT purchase_helper FOREIGN KEY (helper_id) REFERENCES customer;
-- case: a foreign key on a column of this plan
ALTER TABLE purchase ADD COLUMN helper_id bigint;
ALTER TABLE purchase ADD CONSTRAINT purchase_helper FOREIGN KEY (helper_id) REFERENCES customer;
-- case: a foreign key deferred
ALTER TABLE purchase ALTER CONSTRAINT purchase_customer_id_fkey DEFERRABLE;
-- case: a check on a column of this plan
ALTER TABLE purchase ADD COLUMN rate int;
ALTER TABLE purchase ADD CHECK (rate > 0);
-- case: a unique constraint on a column of this plan
ALTER TABLE purchase ADD COLUMN rate int;
ALTER TABLE purchase ADD UNIQUE (rate);
-- case: an index on a partition
CREATE INDEX event_2024_what ON event_2024 (what);
-- case: an index on a partitioned table
CREATE INDEX event_what ON event (what);
-- case: an index on the partitioned table alone, then one of its partitions
CREATE INDEX event_what ON ONLY event (what);
-- case: a partition made by LIKE, filled and attached
CREATE TABLE event_2027 (LIKE event INCLUDING ALL);
INSERT INTO event_2027 VALUES (1, '2027-01-01', 'x');
ALTER TABLE event ATTACH PARTITION event_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
-- case: a partition attached whose check proves its bounds
ALTER TABLE event ATTACH PARTITION event_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- case: a partition attached whose check proves other bounds
ALTER TABLE event ATTACH PARTITION event_2026 FOR VALUES FROM ('2026-02-01') TO ('2027-01-01');
-- case: a partition attached beside a default one
ALTER TABLE region ATTACH PARTITION region_b FOR VALUES IN ('b');
-- case: a partition made beside a default one
CREATE TABLE region_c PARTITION OF region FOR VALUES IN ('c');
-- case: a hash partition made
CREATE TABLE bucket_1 PARTITION OF bucket FOR VALUES WITH (MODULUS 2, REMAINDER 1);
-- case: a partition detached and dropped
ALTER TABLE event DETACH PARTITION event_2024;
DROP TABLE event_2024;
-- case: a default partition detached
ALTER TABLE region DETACH PARTITION region_other;
-- case: NOT NULL of a partitioned table
ALTER TABLE event ALTER COLUMN what SET NOT NULL;
-- case: a foreign key from a partitioned table
ALTER TABLE event ADD CONSTRAINT event_customer FOREIGN KEY (id) REFERENCES customer;
-- case: a foreign key from a partitioned table, not validated
ALTER TABLE event ADD CONSTRAINT event_customer FOREIGN KEY (id) REFERENCES customer NOT VALID;
-- case: a check of a partitioned table
ALTER TABLE event ADD CONSTRAINT what_known CHECK (what <> '');
-- case: a check of a partitioned table not validated
ALTER TABLE event ADD CONSTRAINT what_known CHECK (what <> '') NOT VALID;
-- case: a partition emptied
TRUNCATE event_2024;
-- case: a trigger on a partitioned table
CREATE TRIGGER event_touch AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION touch_it();
-- case: a block that adds a column unless it is there
DO $$ BEGIN IF NOT EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'customer' AND column_name = 'vip') THEN ALTER TABLE customer ADD COLUMN vip boolean; END IF; END $$;
-- case: a block that executes a rewrite
DO $$ BEGIN EXECUTE 'ALTER TABLE purchase ALTER COLUMN quantity TYPE bigint'; END $$;
-- case: a block that executes a formatted statement
DO $$ BEGIN EXECUTE format('ALTER TABLE %I ALTER COLUMN quantity TYPE bigint', 'purchase'); END $$;
-- case: a block that updates all rows
DO $$ BEGIN UPDATE customer SET name = 'y'; END $$;
-- case: a block that updates in a loop by key
DO $$ DECLARE n int; BEGIN FOR n IN 1..3 LOOP UPDATE customer SET name = 'y' WHERE id = n; END LOOP; END $$;
-- case: a block that makes an enum unless it is there
DO $$ BEGIN CREATE TYPE state AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
-- case: a block that adds a constraint, catching that it is there
DO $$ BEGIN ALTER TABLE purchase ADD CONSTRAINT positive_total CHECK (total > 0); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
-- case: a function called that rewrites
SELECT alter_it();
-- case: a function made that would alter
CREATE FUNCTION later() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE purchase ALTER COLUMN quantity TYPE bigint; END $$;
-- case: a function made and called that alters
CREATE FUNCTION later() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE purchase ALTER COLUMN quantity TYPE bigint; END $$;
SELECT later();
DROP FUNCTION later();
-- case: a view replaced with one more column
CREATE OR REPLACE VIEW paid AS SELECT id, total, quantity FROM purchase WHERE state = 'paid';
-- case: a view dropped, its column's type changed, and made again
DROP VIEW paid;
ALTER TABLE purchase ALTER COLUMN total TYPE numeric(14,2);
CREATE VIEW paid AS SELECT id, total FROM purchase WHERE state = 'paid';
-- case: a materialized view made anew
DROP MATERIALIZED VIEW summary;
CREATE MATERIALIZED VIEW summary AS SELECT customer_id, count(*) AS n, max(total) AS most FROM purchase GROUP BY customer_id;
CREATE UNIQUE INDEX summary_customer ON summary (customer_id);
-- case: a materialized view made, without data
CREATE MATERIALIZED VIEW sums AS SELECT customer_id, sum(total) AS s FROM purchase GROUP BY customer_id WITH NO DATA;
-- case: a materialized view made behind a lock
ALTER TABLE purchase ADD COLUMN x int;
CREATE MATERIALIZED VIEW sums AS SELECT customer_id, sum(total) AS s FROM purchase GROUP BY customer_id;
-- case: an index on a materialized view
CREATE INDEX summary_n ON summary (n);
-- case (no transaction): an index on a materialized view, CONCURRENTLY
CREATE INDEX CONCURRENTLY summary_n ON summary (n);
-- case: row security switched on with a policy
ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON customer USING (name = current_user);
-- case: a policy on a column that is not there
CREATE POLICY own ON customer USING (owner = current_user);
-- case: an enum's value before another, unused
ALTER TYPE state ADD VALUE 'sent' BEFORE 'paid';
-- case: an enum's value used in an UPDATE
ALTER TYPE state ADD VALUE 'sent';
UPDATE purchase SET state = 'sent' WHERE id = 1;
-- case: an enum's value used in a check
ALTER TYPE state ADD VALUE 'sent';
ALTER TABLE purchase ADD CONSTRAINT c CHECK (state <> 'sent') NOT VALID;
-- case: an enum's value used in an index's predicate
ALTER TYPE state ADD VALUE 'sent';
CREATE TABLE t (s state);
CREATE INDEX t_s ON t (s) WHERE s = 'sent';
-- case: an enum's value used in a view
ALTER TYPE state ADD VALUE 'sent';
CREATE VIEW sent AS SELECT id FROM purchase WHERE state = 'sent';
-- case: an enum's value used in a function's body
ALTER TYPE state ADD VALUE 'sent';
CREATE FUNCTION is_sent(s state) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN s = 'sent'; END $$;
-- case: an enum's value used in a SQL function's body
ALTER TYPE state ADD VALUE 'sent';
CREATE FUNCTION is_sent(s state) RETURNS boolean LANGUAGE sql AS $$ SELECT s = 'sent' $$;
-- case: an enum's value used in a new table's default
ALTER TYPE state ADD VALUE 'sent';
CREATE TABLE t (s state DEFAULT 'sent');
-- case: an enum's value used in a DO block
ALTER TYPE state ADD VALUE 'sent';
DO $$ BEGIN UPDATE purchase SET state = 'sent' WHERE id = 1; END $$;
-- case: an enum's value inserted by a cast of a text column
ALTER TYPE state ADD VALUE 'sent';
INSERT INTO customer (id, email, note) VALUES (1000, 'x', 'sent');
-- case: an enum made, a table with it, a value added
CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE person (mood mood);
ALTER TYPE mood ADD VALUE 'sad';
-- case (no transaction): all indexes of a table, CONCURRENTLY
REINDEX TABLE CONCURRENTLY purchase;
-- case: an index made anew by name
REINDEX INDEX purchase_code;
-- case: a schema's indexes made anew
REINDEX SCHEMA old;
-- case: a table clustered by an index
CLUSTER purchase USING purchase_customer;
-- case (no transaction): several tables vacuumed in full
VACUUM FULL customer, purchase;
-- case (no transaction): a table vacuumed and analyzed
VACUUM (ANALYZE) customer;
-- case: a search path, then an old table in it
SET search_path = old;
ALTER TABLE archive ALTER COLUMN id TYPE bigint;
-- case: a quoted search path
SET LOCAL search_path TO "old", public;
ALTER TABLE archive ALTER COLUMN id TYPE bigint;
-- case: a search path by set_config with quotes
SELECT set_config('search_path', '"old", public', true);
ALTER TABLE archive ALTER COLUMN id TYPE bigint;
-- case: a search path by set_config to a new schema
CREATE SCHEMA fresh;
SELECT set_config('search_path', '"fresh"', true);
CREATE TABLE archive (id int);
ALTER TABLE archive ALTER COLUMN id TYPE bigint;
-- case: a table moved to another schema and back
ALTER TABLE old.archive SET SCHEMA public;
ALTER TABLE public.archive SET SCHEMA old;
-- case: a table replaced by a copy
CREATE TABLE customer_new (LIKE customer INCLUDING ALL);
INSERT INTO customer_new SELECT * FROM customer;
ALTER TABLE customer RENAME TO customer_old;
ALTER TABLE customer_new RENAME TO customer;
-- case: an exclusion constraint
ALTER TABLE purchase ADD CONSTRAINT one_total EXCLUDE USING btree (id WITH =);
-- case (no transaction): a unique index concurrently, then the constraint
CREATE UNIQUE INDEX CONCURRENTLY customer_email ON customer (email);
ALTER TABLE customer ADD CONSTRAINT customer_email UNIQUE USING INDEX customer_email;
-- case (no transaction): a foreign key, NOT VALID then VALIDATE
ALTER TABLE purchase ADD CONSTRAINT again FOREIGN KEY (customer_id) REFERENCES customer NOT VALID;
ALTER TABLE purchase VALIDATE CONSTRAINT again;
-- case (no transaction): an index with IF NOT EXISTS that is there in the end
CREATE INDEX CONCURRENTLY IF NOT EXISTS purchase_size ON purchase (size);
-- case: a column dropped if it is there
ALTER TABLE customer DROP COLUMN IF EXISTS nickname;
-- case: a column dropped that a partial index names
ALTER TABLE purchase DROP COLUMN total CASCADE;
-- case: a table dropped if it is there
DROP TABLE IF EXISTS nothing;
-- case: a primary key replaced
ALTER TABLE purchase DROP CONSTRAINT purchase_pkey, ADD PRIMARY KEY (id, quantity);
-- case: a table's storage set
ALTER TABLE customer SET (fillfactor = 80);
-- case: statistics made
CREATE STATISTICS purchase_stats ON total, quantity FROM purchase;
-- case: the compression of a column
ALTER TABLE customer ALTER COLUMN note SET COMPRESSION pglz;
-- case: rights on all tables
GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC;
-- case: a rule
CREATE RULE no_delete AS ON DELETE TO customer DO INSTEAD NOTHING;
-- case: a merge of a few rows
MERGE INTO customer AS c USING (VALUES (1, 'x')) AS v (id, name) ON c.id = v.id WHEN MATCHED THEN UPDATE SET name = v.name;
-- case: a merge of all rows
MERGE INTO customer AS c USING purchase AS p ON c.id = p.customer_id WHEN MATCHED THEN UPDATE SET name = p.code;
-- case: a constraint renamed, an index renamed
ALTER TABLE purchase RENAME CONSTRAINT quantity_known TO quantity_there;
ALTER INDEX purchase_total RENAME TO purchase_total_positive;
-- case: a column renamed with a view of the old name
ALTER TABLE customer RENAME COLUMN name TO full_name;
-- case: a table renamed with a view that has all columns
ALTER TABLE customer RENAME TO client;
CREATE VIEW customer AS SELECT * FROM client;
-- case: a sequence altered
ALTER SEQUENCE ticket RESTART WITH 100;
ALTER SEQUENCE ticket OWNED BY purchase.id;
