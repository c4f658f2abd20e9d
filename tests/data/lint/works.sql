-- given
CREATE TYPE state AS ENUM ('draft', 'open', 'done');
CREATE TYPE point2 AS (x int, y int);
CREATE DOMAIN short_name AS varchar(40);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE tenants (id int PRIMARY KEY, name text NOT NULL, active boolean NOT NULL DEFAULT true);
CREATE TABLE orders (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants (id), state state NOT NULL DEFAULT 'draft',
  title varchar(50), code varchar(10) NOT NULL, amount numeric(10,2), placed timestamp, shipped timestamptz(3), note text, tags text[],
  ratio real, flag boolean, payload json, span int, label short_name, until interval(2), host inet);
CREATE INDEX orders_tenant ON orders (tenant_id);
CREATE INDEX orders_placed ON orders (placed);
CREATE UNIQUE INDEX orders_code_idx ON orders (code);
CREATE UNIQUE INDEX orders_title_idx ON orders (title);
CREATE TABLE lines (id bigint PRIMARY KEY, order_id int, sku text, quantity int, price numeric(8,2));
ALTER TABLE lines ADD CONSTRAINT lines_sku_set CHECK (sku IS NOT NULL) NOT VALID;
ALTER TABLE lines ADD CONSTRAINT lines_quantity_set CHECK (quantity IS NOT NULL);
ALTER TABLE lines ADD CONSTRAINT lines_order FOREIGN KEY (order_id) REFERENCES orders (id) NOT VALID;
CREATE TABLE measures (id int NOT NULL, at date NOT NULL, value int, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE measures_2024 PARTITION OF measures FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE measures_rest PARTITION OF measures DEFAULT;
CREATE TABLE regions (id int, code text) PARTITION BY LIST (code);
CREATE TABLE regions_eu PARTITION OF regions FOR VALUES IN ('de', 'fr');
CREATE TABLE regions_us (id int, code text, CONSTRAINT only_us CHECK (code IS NOT NULL AND code = 'us'));
CREATE TABLE regions_asia (id int, code text);
CREATE UNLOGGED TABLE caches (id int PRIMARY KEY, body text);
CREATE TABLE jobs (id int PRIMARY KEY, done boolean, total int GENERATED ALWAYS AS (id * 2) STORED, kind text DEFAULT 'a');
CREATE VIEW open_orders AS SELECT id, title, amount FROM orders WHERE state = 'open';
CREATE VIEW titles AS SELECT title FROM open_orders;
CREATE MATERIALIZED VIEW sums AS SELECT tenant_id, sum(amount) AS total FROM orders GROUP BY tenant_id;
CREATE UNIQUE INDEX sums_key ON sums (tenant_id);
CREATE MATERIALIZED VIEW plain_sums AS SELECT tenant_id, count(*) AS n FROM orders GROUP BY tenant_id;
CREATE FUNCTION touch_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := 'touched'; RETURN NEW; END $$;
CREATE FUNCTION add_archive() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE orders ADD COLUMN archived timestamptz DEFAULT clock_timestamp(); END $$;
CREATE FUNCTION add_plain() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE orders ADD COLUMN plain text; END $$;
CREATE FUNCTION one() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
INSERT INTO tenants SELECT n, 't' || n FROM generate_series(1, 300) AS n;
INSERT INTO orders (id, tenant_id, title, code, amount, placed, note, span, label) SELECT n, n, 't' || n, 'c' || n, 1, '2024-01-01', 'x', 5, 'l' FROM generate_series(1, 300) AS n;
INSERT INTO lines SELECT n, n, 's', 1, 2 FROM generate_series(1, 300) AS n;
INSERT INTO measures SELECT n, '2024-02-02', n FROM generate_series(1, 300) AS n;
INSERT INTO measures SELECT n, '2023-02-02', n FROM generate_series(1, 300) AS n;
INSERT INTO regions SELECT n, 'de' FROM generate_series(1, 300) AS n;
INSERT INTO regions_us SELECT n, 'us' FROM generate_series(1, 300) AS n;
INSERT INTO regions_asia SELECT n, 'jp' FROM generate_series(1, 300) AS n;
INSERT INTO caches SELECT n, 'x' FROM generate_series(1, 300) AS n;
INSERT INTO jobs (id) SELECT n FROM generate_series(1, 300) AS n;
REFRESH MATERIALIZED VIEW sums;
REFRESH MATERIALIZED VIEW plain_sums;
-- case: NOT NULL as a constraint that is not validated
ALTER TABLE orders ADD CONSTRAINT orders_amount_set NOT NULL amount NOT VALID;
-- case: NOT NULL as a constraint
ALTER TABLE orders ADD CONSTRAINT orders_amount_set NOT NULL amount;
-- case (no transaction): NOT NULL as a constraint, validated in a transaction of its own
ALTER TABLE orders ADD CONSTRAINT orders_amount_set NOT NULL amount NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_set;
-- case: NOT NULL as a constraint, validated in the same transaction
ALTER TABLE orders ADD CONSTRAINT orders_amount_set NOT NULL amount NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_set;
-- case: a virtual column
ALTER TABLE orders ADD COLUMN double_amount numeric GENERATED ALWAYS AS (amount * 2) VIRTUAL;
-- case: a column that is computed, without a word more
ALTER TABLE orders ADD COLUMN double_amount numeric GENERATED ALWAYS AS (amount * 2);
-- case: another expression for a stored column
ALTER TABLE jobs ALTER COLUMN total SET EXPRESSION AS (id * 3);
-- case: a foreign key that is not enforced
ALTER TABLE lines ADD CONSTRAINT lines_order_too FOREIGN KEY (order_id) REFERENCES orders (id) NOT ENFORCED;
-- case: a check that is not enforced
ALTER TABLE lines ADD CONSTRAINT lines_price CHECK (price >= 0) NOT ENFORCED;
-- case: a check that is enforced, as all are
ALTER TABLE lines ADD CONSTRAINT lines_price CHECK (price >= 0) ENFORCED;
-- case: a check not validated, validated and NOT NULL in one transaction
ALTER TABLE lines VALIDATE CONSTRAINT lines_sku_set;
ALTER TABLE lines ALTER COLUMN sku SET NOT NULL;
-- case: NOT NULL from a check that is valid, which then goes
ALTER TABLE lines ALTER COLUMN quantity SET NOT NULL;
ALTER TABLE lines DROP CONSTRAINT lines_quantity_set;
-- case: a foreign key of before validated
ALTER TABLE lines VALIDATE CONSTRAINT lines_order;
-- case: a foreign key made not valid and validated in one transaction
ALTER TABLE lines ADD CONSTRAINT lines_order_two FOREIGN KEY (order_id) REFERENCES orders (id) NOT VALID;
ALTER TABLE lines VALIDATE CONSTRAINT lines_order_two;
-- case: a check validated behind a column in one transaction
ALTER TABLE lines ADD COLUMN seen boolean;
ALTER TABLE lines VALIDATE CONSTRAINT lines_sku_set;
-- case: a list partition attached that a check proves
ALTER TABLE regions ATTACH PARTITION regions_us FOR VALUES IN ('us');
-- case: a list partition attached without one
ALTER TABLE regions ATTACH PARTITION regions_asia FOR VALUES IN ('jp');
-- case: a partition attached beside a default one, its rows proven
CREATE TABLE measures_2026 (LIKE measures INCLUDING ALL);
ALTER TABLE measures_rest ADD CONSTRAINT not_2026 CHECK (at < '2026-01-01') NOT VALID;
ALTER TABLE measures ATTACH PARTITION measures_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- case: a list partition made
CREATE TABLE regions_uk PARTITION OF regions FOR VALUES IN ('uk');
-- case: a partition detached and attached again
ALTER TABLE regions DETACH PARTITION regions_eu;
ALTER TABLE regions ATTACH PARTITION regions_eu FOR VALUES IN ('de', 'fr');
-- case: a partition detached that has a check of its bounds
ALTER TABLE regions_eu ADD CONSTRAINT only_eu CHECK (code IN ('de', 'fr') AND code IS NOT NULL) NOT VALID;
ALTER TABLE regions DETACH PARTITION regions_eu;
-- case (no transaction): an index on the parent alone, on each partition CONCURRENTLY, then attached
CREATE INDEX measures_value ON ONLY measures (value);
CREATE INDEX CONCURRENTLY measures_2024_value ON measures_2024 (value);
ALTER INDEX measures_value ATTACH PARTITION measures_2024_value;
CREATE INDEX CONCURRENTLY measures_rest_value ON measures_rest (value);
ALTER INDEX measures_value ATTACH PARTITION measures_rest_value;
-- case: a varchar's length taken away
ALTER TABLE orders ALTER COLUMN title TYPE varchar;
-- case: a varchar to text under a view
ALTER TABLE orders ALTER COLUMN title TYPE text;
-- case: a varchar longer that no view shows
ALTER TABLE orders ALTER COLUMN code TYPE varchar(20);
-- case: a numeric wider with the same scale under a view
ALTER TABLE orders ALTER COLUMN amount TYPE numeric(14,2);
-- case: a price wider with the same scale
ALTER TABLE lines ALTER COLUMN price TYPE numeric(14,2);
-- case: a price with more digits behind the point
ALTER TABLE lines ALTER COLUMN price TYPE numeric(14,4);
-- case: a price without limits
ALTER TABLE lines ALTER COLUMN price TYPE numeric;
-- case: a timestamp with a zone in UTC, indexed
SET LOCAL timezone = 'UTC';
ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz;
-- case: a timestamp with a zone in UTC said with USING
SET LOCAL timezone = 'UTC';
ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz USING placed AT TIME ZONE 'UTC';
-- case: a timestamptz with more digits
ALTER TABLE orders ALTER COLUMN shipped TYPE timestamptz(6);
-- case: a timestamptz with fewer digits
ALTER TABLE orders ALTER COLUMN shipped TYPE timestamptz(0);
-- case: json to text
ALTER TABLE orders ALTER COLUMN payload TYPE text;
-- case: an array of text to one of varchar
ALTER TABLE orders ALTER COLUMN tags TYPE varchar[];
-- case: an array of text to one of short varchar
ALTER TABLE orders ALTER COLUMN tags TYPE varchar(20)[];
-- case: real to numeric
ALTER TABLE orders ALTER COLUMN ratio TYPE numeric;
-- case: an int to a domain with a check that is not the column's
ALTER TABLE orders ALTER COLUMN span TYPE positive;
-- case: a short name to text
ALTER TABLE orders ALTER COLUMN label TYPE text;
-- case: a short name to a longer varchar
ALTER TABLE orders ALTER COLUMN label TYPE varchar(60);
-- case: a short name to a shorter varchar
ALTER TABLE orders ALTER COLUMN label TYPE varchar(20);
-- case: an interval with all digits
ALTER TABLE orders ALTER COLUMN until TYPE interval;
-- case: inet to cidr
ALTER TABLE orders ALTER COLUMN host TYPE cidr;
-- case: a default set that is random
ALTER TABLE orders ALTER COLUMN note SET DEFAULT gen_random_uuid()::text;
-- case: a stored column
ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (amount * 1.2) STORED;
-- case: the expression of a stored column dropped
ALTER TABLE jobs ALTER COLUMN total DROP EXPRESSION;
-- case: a column under a stored one made bigger
ALTER TABLE jobs ALTER COLUMN id TYPE bigint;
-- case: a unique constraint by an index
ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE USING INDEX orders_code_idx;
-- case: a primary key by an index on a column that may be NULL
ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD PRIMARY KEY USING INDEX orders_title_idx;
-- case: a primary key by an index on a column that is never NULL
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
ALTER TABLE orders ADD CONSTRAINT orders_pk PRIMARY KEY USING INDEX orders_code_idx;
-- case: an index rebuilt
REINDEX INDEX orders_placed;
-- case: a table's indexes rebuilt
REINDEX TABLE orders;
-- case (no transaction): an index rebuilt CONCURRENTLY
REINDEX INDEX CONCURRENTLY orders_placed;
-- case: the indexes of a small new table rebuilt
CREATE TABLE fresh_one (id int PRIMARY KEY);
REINDEX TABLE fresh_one;
-- case: a table in the order of its index
CLUSTER orders USING orders_placed;
-- case: the index to cluster by
ALTER TABLE orders CLUSTER ON orders_placed;
-- case (no transaction): a full vacuum
VACUUM FULL orders;
-- case (no transaction): a vacuum that analyzes
VACUUM (ANALYZE) orders;
-- case: a lock for readers
LOCK TABLE orders IN ACCESS SHARE MODE;
-- case: a lock for all, then rows of another table changed
LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;
UPDATE jobs SET done = true WHERE id > 150;
-- case: a lock for all
LOCK TABLE orders;
-- case: a trigger for each row
CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch_order();
-- case: row security forced, and policies
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON orders FOR SELECT USING (tenant_id = current_setting('app.tenant', true)::int);
-- case: an unlogged cache made logged
ALTER TABLE caches SET LOGGED;
-- case: a logged table made unlogged
ALTER TABLE lines SET UNLOGGED;
-- case: the tablespace that a table has
ALTER TABLE orders SET TABLESPACE pg_default;
-- case: all tables moved to the tablespace where they are
ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE pg_default;
-- case: the access method that a table has
ALTER TABLE orders SET ACCESS METHOD heap;
-- case: a materialized view filled anew
REFRESH MATERIALIZED VIEW sums;
-- case: a materialized view filled anew CONCURRENTLY
REFRESH MATERIALIZED VIEW CONCURRENTLY sums;
-- case: a materialized view without a key filled anew CONCURRENTLY
REFRESH MATERIALIZED VIEW CONCURRENTLY plain_sums;
-- case: a materialized view emptied
REFRESH MATERIALIZED VIEW plain_sums WITH NO DATA;
-- case: a block that adds a column with a volatile default
DO $$ BEGIN ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid(); END $$;
-- case: a block that catches and goes on
DO $$ BEGIN ALTER TABLE orders ADD COLUMN title text; EXCEPTION WHEN duplicate_column THEN NULL; END $$;
-- case: a block that walks through rows in batches
DO $$ DECLARE last int := 0; BEGIN LOOP UPDATE jobs SET done = true WHERE id > last AND id <= last + 100; EXIT WHEN NOT FOUND; last := last + 100; END LOOP; END $$;
-- case: a block with a condition on the catalog
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'lines_price') THEN ALTER TABLE lines ADD CONSTRAINT lines_price CHECK (price > 0); END IF; END $$;
-- case: a function of before that rewrites, called
SELECT add_archive();
-- case: a function of before that adds a column, called
SELECT add_plain();
-- case (no transaction): rows changed in batches, each its own transaction
UPDATE jobs SET done = true WHERE id BETWEEN 1 AND 100;
UPDATE jobs SET done = true WHERE id BETWEEN 101 AND 200;
-- case: rows changed by keys of a subquery with a limit
UPDATE jobs SET done = true WHERE id IN (SELECT id FROM jobs WHERE done IS NULL ORDER BY id LIMIT 50);
-- case: a column, then rows changed by keys of a subquery with a limit
ALTER TABLE jobs ADD COLUMN extra int;
UPDATE jobs SET extra = 1 WHERE id IN (SELECT id FROM jobs ORDER BY id LIMIT 50);
-- case: a column, then a range of its rows filled
ALTER TABLE jobs ADD COLUMN extra int;
UPDATE jobs SET extra = 1 WHERE id BETWEEN 1 AND 100;
-- case: a column, then one row filled
ALTER TABLE jobs ADD COLUMN extra int;
UPDATE jobs SET extra = 1 WHERE id = 7;
-- case: a column, then a half-open range filled
ALTER TABLE jobs ADD COLUMN extra int;
UPDATE jobs SET extra = 1 WHERE id > 150;
-- case: a column, then rows filled where another is empty
ALTER TABLE jobs ADD COLUMN extra int;
UPDATE jobs SET extra = 1 WHERE done IS NULL;
-- case: a column with another name
ALTER TABLE orders RENAME COLUMN note TO remark;
-- case: a column dropped that a view of a view needs
ALTER TABLE orders DROP COLUMN title;
-- case: views and the column that they show dropped in turn
DROP VIEW titles;
DROP VIEW open_orders;
ALTER TABLE orders DROP COLUMN title;
-- case: a view of a view replaced
CREATE OR REPLACE VIEW titles AS SELECT title, title AS again FROM open_orders;
-- case: a table dropped that a view shows
DROP TABLE orders;
-- case: an index dropped
DROP INDEX orders_placed;
-- case (no transaction): an index dropped CONCURRENTLY
DROP INDEX CONCURRENTLY orders_placed;
-- case: an enum value used in the same transaction by a comparison
ALTER TYPE state ADD VALUE 'gone';
SELECT count(*) FROM tenants WHERE 'gone'::state IS NOT NULL;
-- case: an enum value and a column of the type
ALTER TYPE state ADD VALUE 'gone';
ALTER TABLE jobs ADD COLUMN state state;
-- case: two tables altered in one transaction
ALTER TABLE orders ADD COLUMN a int;
ALTER TABLE tenants ADD COLUMN b int;
-- case: an index on a table that was altered before
ALTER TABLE orders ADD COLUMN a int;
CREATE INDEX orders_a ON orders (a);
-- case: a check on one table, an index on another
ALTER TABLE lines ADD CONSTRAINT lines_price CHECK (price > 0) NOT VALID;
CREATE INDEX jobs_done ON jobs (done);
-- case: a new table with keys to two old ones
CREATE TABLE links (order_id int REFERENCES orders (id), tenant_id int REFERENCES tenants (id));
-- case: a comment and a grant while a column is added
ALTER TABLE orders ADD COLUMN a int;
COMMENT ON COLUMN orders.a IS 'a';
GRANT SELECT ON orders TO PUBLIC;
-- case: a column with a default by an immutable function of its own
ALTER TABLE orders ADD COLUMN ones int NOT NULL DEFAULT one();
-- case: a column with a check in one statement
ALTER TABLE orders ADD COLUMN rank int CHECK (rank > 0);
-- case: an identity column
ALTER TABLE lines ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY;
-- case: rows deleted by a key's range
DELETE FROM jobs WHERE id < 10;
-- case: rows copied to a new table, then the names exchanged
CREATE TABLE jobs_new (LIKE jobs INCLUDING ALL);
INSERT INTO jobs_new (id, done, kind) SELECT id, done, kind FROM jobs;
ALTER TABLE jobs RENAME TO jobs_old;
ALTER TABLE jobs_new RENAME TO jobs;
-- case: a composite column
ALTER TABLE orders ADD COLUMN place point2 DEFAULT ROW(1, 2)::point2;
-- case: a statistics target and storage
ALTER TABLE orders ALTER COLUMN note SET STATISTICS 500, ALTER COLUMN note SET STORAGE EXTERNAL;
-- case: truncation
TRUNCATE caches;
