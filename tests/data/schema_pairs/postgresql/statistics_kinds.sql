-- pair: kinds
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE STATISTICS s ON n, x FROM t;
-- to
CREATE STATISTICS s (mcv, ndistinct) ON n, x FROM t;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: target, comment, owner
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE STATISTICS s ON n, x FROM t;
-- to
CREATE STATISTICS s ON n, x FROM t;
ALTER STATISTICS s SET STATISTICS 100;
COMMENT ON STATISTICS s IS 's';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: columns
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE STATISTICS s ON n, x FROM t;
-- to
CREATE STATISTICS s ON id, x, n FROM t;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
