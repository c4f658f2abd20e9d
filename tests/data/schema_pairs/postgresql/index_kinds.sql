-- pair: columns
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t (n);
-- to
CREATE INDEX i ON t (n, x);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: order of columns
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t (n, x);
-- to
CREATE INDEX i ON t (x, n);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: descending
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t (n);
-- to
CREATE INDEX i ON t (n DESC);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: nulls first
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t (n);
-- to
CREATE INDEX i ON t (n NULLS FIRST);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: collation
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t (x);
-- to
CREATE INDEX i ON t (x COLLATE "C");
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: operator class
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t (x);
-- to
CREATE INDEX i ON t (x text_pattern_ops);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: method
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t (n);
-- to
CREATE INDEX i ON t USING hash (n);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: brin with options
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t USING brin (n);
-- to
CREATE INDEX i ON t USING brin (n) WITH (pages_per_range = 4);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: predicate
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t (n) WHERE n > 0;
-- to
CREATE INDEX i ON t (n) WHERE n > 1;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: predicate goes
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t (n) WHERE n > 0;
-- to
CREATE INDEX i ON t (n);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: expression
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t (lower(x));
-- to
CREATE INDEX i ON t (upper(x));
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: include
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t (n);
-- to
CREATE INDEX i ON t (n) INCLUDE (x);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: fillfactor
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t (n);
-- to
CREATE INDEX i ON t (n) WITH (fillfactor = 60);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: deduplication
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t (n) WITH (deduplicate_items = off);
-- to
CREATE INDEX i ON t (n);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: becomes unique
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t (n);
-- to
CREATE UNIQUE INDEX i ON t (n);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: unique nulls not distinct
-- since: 150000
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE UNIQUE INDEX i ON t (n);
-- to
CREATE UNIQUE INDEX i ON t (n) NULLS NOT DISTINCT;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: gin and gist
-- both
CREATE TABLE d (j jsonb, r int4range, a text[]);
-- from
CREATE INDEX i ON d USING gin (j);
CREATE INDEX k ON d USING gist (r);
-- to
CREATE INDEX i ON d USING gin (j jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX k ON d USING spgist (r);
-- pair: renamed by a hint
-- rename: index public.i = public.j
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t (n);
-- to
CREATE INDEX j ON t (n);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: comment and statistics
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t ((n + 1), (id + 2));
-- to
CREATE INDEX i ON t ((n + 1), (id + 2));
ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 300;
COMMENT ON INDEX i IS 'i';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: same index twice
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE INDEX i ON t (n);
-- to
CREATE INDEX i ON t (n);
CREATE INDEX i2 ON t (n);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
