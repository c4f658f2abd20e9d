-- pair: query
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT id, n FROM t;
-- to
CREATE VIEW v AS SELECT id, n FROM t WHERE n > 0;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: column at the end
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT id FROM t;
-- to
CREATE VIEW v AS SELECT id, n FROM t;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: column goes
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT id, n FROM t;
-- to
CREATE VIEW v AS SELECT id FROM t;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: column in the middle
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT id, x FROM t;
-- to
CREATE VIEW v AS SELECT id, n, x FROM t;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: column name
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT id FROM t;
-- to
CREATE VIEW v AS SELECT id AS key FROM t;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: column type
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT n FROM t;
-- to
CREATE VIEW v AS SELECT n::bigint AS n FROM t;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: security barrier
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT n FROM t;
-- to
CREATE VIEW v WITH (security_barrier) AS SELECT n FROM t;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: check option
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT * FROM t WHERE n > 0;
-- to
CREATE VIEW v AS SELECT * FROM t WHERE n > 0 WITH LOCAL CHECK OPTION;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: cascaded check option
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT * FROM t WHERE n > 0 WITH CASCADED CHECK OPTION;
-- to
CREATE VIEW v AS SELECT * FROM t WHERE n > 0;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: security invoker
-- since: 150000
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT n FROM t;
-- to
CREATE VIEW v WITH (security_invoker = true) AS SELECT n FROM t;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: column default
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT id, n FROM t;
-- to
CREATE VIEW v AS SELECT id, n FROM t;
ALTER VIEW v ALTER n SET DEFAULT 5;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: owner, grants, comments
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT id, n FROM t;
-- to
CREATE VIEW v AS SELECT id, n FROM t;
ALTER VIEW v OWNER TO rev_owner;
GRANT SELECT ON v TO rev_reader;
GRANT UPDATE (n) ON v TO rev_writer;
COMMENT ON VIEW v IS 'v';
COMMENT ON COLUMN v.n IS 'n';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: star over a column that comes
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT * FROM t;
CREATE VIEW w AS SELECT v.*, 1 AS one FROM v;
-- to
ALTER TABLE t ADD q date;
CREATE VIEW v AS SELECT * FROM t;
CREATE VIEW w AS SELECT v.*, 1 AS one FROM v;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: view to materialized view
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT id, n FROM t;
CREATE VIEW w AS SELECT * FROM v;
-- to
CREATE MATERIALIZED VIEW v AS SELECT id, n FROM t;
CREATE VIEW w AS SELECT * FROM v;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: two views swap names
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT id AS a FROM t;
CREATE VIEW w AS SELECT n AS b FROM t;
-- to
CREATE VIEW w AS SELECT id AS a FROM t;
CREATE VIEW v AS SELECT n AS b FROM t;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: view over another changes direction
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW a AS SELECT id FROM t;
CREATE VIEW b AS SELECT id FROM a;
-- to
CREATE VIEW b AS SELECT id FROM t;
CREATE VIEW a AS SELECT id FROM b;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: recursive
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE RECURSIVE VIEW v (k) AS SELECT 1 UNION ALL SELECT k + 1 FROM v WHERE k < 3;
-- to
CREATE RECURSIVE VIEW v (k) AS SELECT 1 UNION ALL SELECT k + 1 FROM v WHERE k < 4;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: windows, grouping, lateral, cte
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT n, count(*) AS c FROM t GROUP BY n;
-- to
CREATE VIEW v AS WITH q AS (SELECT n, x FROM t) SELECT q.n, count(*) AS c, row_number() OVER (PARTITION BY q.n ORDER BY max(q.x)) AS r FROM q CROSS JOIN LATERAL generate_series(1, 2) g GROUP BY GROUPING SETS ((q.n), ());
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: group by the key that changes
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT id, n, x FROM t GROUP BY id;
-- to
ALTER TABLE t ALTER id TYPE bigint;
CREATE VIEW v AS SELECT id, n, x FROM t GROUP BY id;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: renamed
-- rename: view public.v = public.vv
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE VIEW v AS SELECT id FROM t;
CREATE VIEW w AS SELECT * FROM v;
GRANT SELECT ON v TO rev_reader;
-- to
CREATE VIEW vv AS SELECT id FROM t;
CREATE VIEW w AS SELECT * FROM vv;
GRANT SELECT ON vv TO rev_reader;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: matview query
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
CREATE UNIQUE INDEX mi ON m (id);
-- to
CREATE MATERIALIZED VIEW m AS SELECT id, n FROM t;
CREATE UNIQUE INDEX mi ON m (id);
CREATE INDEX mn ON m (n);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: matview without data
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
-- to
CREATE MATERIALIZED VIEW m AS SELECT id FROM t WITH NO DATA;
COMMENT ON MATERIALIZED VIEW m IS 'empty';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: matview options
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
-- to
CREATE MATERIALIZED VIEW m WITH (fillfactor = 50) AS SELECT id FROM t;
ALTER MATERIALIZED VIEW m ALTER id SET STATISTICS 50;
ALTER MATERIALIZED VIEW m OWNER TO rev_owner;
GRANT SELECT ON m TO rev_reader;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: matview cluster
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
CREATE INDEX mi ON m (id);
-- to
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
CREATE INDEX mi ON m (id);
ALTER MATERIALIZED VIEW m CLUSTER ON mi;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: matview renamed
-- rename: materialized_view public.m = public.mm
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
CREATE INDEX mi ON m (id);
-- to
CREATE MATERIALIZED VIEW mm AS SELECT id FROM t;
CREATE INDEX mi ON mm (id);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: matview over a view over a matview
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE MATERIALIZED VIEW a AS SELECT id, n FROM t;
CREATE VIEW b AS SELECT n FROM a;
CREATE MATERIALIZED VIEW c AS SELECT n FROM b;
CREATE FUNCTION f() RETURNS SETOF c LANGUAGE sql BEGIN ATOMIC SELECT * FROM c; END;
-- to
CREATE MATERIALIZED VIEW a AS SELECT id, n + 1 AS n FROM t;
CREATE VIEW b AS SELECT n FROM a;
CREATE MATERIALIZED VIEW c AS SELECT n FROM b;
CREATE FUNCTION f() RETURNS SETOF c LANGUAGE sql BEGIN ATOMIC SELECT * FROM c; END;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
