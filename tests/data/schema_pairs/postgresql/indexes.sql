-- pair: every clause
-- from
CREATE TABLE t (a integer, b text, c jsonb, d text);
CREATE INDEX i1 ON t (a);
CREATE INDEX i2 ON t (b);
CREATE INDEX i3 ON t (b text_pattern_ops DESC NULLS LAST) INCLUDE (a);
CREATE INDEX i4 ON t ((lower(b)));
CREATE INDEX gone ON t (d);
COMMENT ON INDEX i1 IS 'one';
-- to
CREATE TABLE t (a integer, b text, c jsonb, d text);
CREATE UNIQUE INDEX i1 ON t (a);
CREATE INDEX i2 ON t USING hash (b);
CREATE INDEX i3 ON t (b COLLATE "C") INCLUDE (a, d) WITH (fillfactor = 50);
CREATE INDEX i4 ON t ((upper(b)), a) WHERE a > 0 AND b <> ' WHERE ';
ALTER INDEX i4 ALTER COLUMN 1 SET STATISTICS 400;
CREATE INDEX i5 ON t USING gin (c jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX i6 ON t USING brin (a) WITH (pages_per_range = 8);
COMMENT ON INDEX i1 IS 'one';
-- rows
INSERT INTO t VALUES (1, 'x', '{}', 'y');
-- pair: statistics of an expression index change
-- from
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t ((a + 1), (b || 'x'));
ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 100;
-- to
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t ((a + 1), (b || 'x'));
ALTER INDEX i ALTER COLUMN 2 SET STATISTICS 200;
-- pair: renamed by nobody, but alike
-- from
CREATE TABLE t (a integer);
CREATE INDEX old_name ON t (a);
-- to
CREATE TABLE t (a integer);
CREATE INDEX new_name ON t (a);
-- rows
INSERT INTO t VALUES (1);
-- pair: on a column that goes and one that comes
-- from
CREATE TABLE t (a integer, b integer);
CREATE INDEX i ON t (a, b);
-- to
CREATE TABLE t (b integer, c integer);
CREATE INDEX i ON t (b, c);
-- rows
INSERT INTO t VALUES (1, 2);
-- pair: a name goes from an index to a table and a sequence
-- from
CREATE TABLE t (a integer);
CREATE INDEX n ON t (a);
CREATE SEQUENCE m;
-- to
CREATE TABLE t (a integer);
CREATE TABLE n (a integer);
CREATE VIEW m AS SELECT 1 AS x;
