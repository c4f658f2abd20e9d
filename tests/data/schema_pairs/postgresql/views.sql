-- pair: chains change in the middle
-- from
CREATE TABLE t (a integer, b text);
CREATE VIEW v1 AS SELECT a, b FROM t;
CREATE VIEW v2 AS SELECT a FROM v1;
CREATE VIEW v3 AS SELECT a FROM v2;
CREATE MATERIALIZED VIEW m AS SELECT a FROM v3;
CREATE UNIQUE INDEX m_a ON m (a);
CREATE MATERIALIZED VIEW m2 AS SELECT count(*) AS n FROM m WITH NO DATA;
COMMENT ON MATERIALIZED VIEW m IS 'mm';
COMMENT ON COLUMN m.a IS 'ma';
GRANT SELECT ON m TO rev_reader;
GRANT SELECT (a) ON v2 TO rev_reader;
ALTER VIEW v3 OWNER TO rev_owner;
-- to
CREATE TABLE t (a integer, b text);
CREATE VIEW v1 AS SELECT b, a::bigint AS a FROM t;
CREATE VIEW v2 AS SELECT a FROM v1;
CREATE VIEW v3 AS SELECT a FROM v2 WHERE a > 0;
CREATE MATERIALIZED VIEW m AS SELECT a FROM v3;
CREATE UNIQUE INDEX m_a ON m (a);
CREATE MATERIALIZED VIEW m2 AS SELECT count(*) AS n FROM m WITH NO DATA;
COMMENT ON MATERIALIZED VIEW m IS 'mm';
COMMENT ON COLUMN m.a IS 'ma';
GRANT SELECT ON m TO rev_reader;
GRANT SELECT (a) ON v2 TO rev_reader;
ALTER VIEW v3 OWNER TO rev_owner;
-- rows
INSERT INTO t VALUES (1, 'x');
-- pair: replaced in place, options, view column default, rules, instead triggers
-- from
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w WITH (security_barrier = true) AS SELECT a FROM t WHERE a > 0 WITH CHECK OPTION;
CREATE RULE r AS ON INSERT TO t WHERE NEW.a < 0 DO INSTEAD NOTHING;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
-- to
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t;
ALTER VIEW v ALTER a SET DEFAULT 5;
CREATE VIEW w WITH (check_option = local) AS SELECT a FROM t WHERE a > 0;
CREATE RULE r AS ON INSERT TO t WHERE NEW.a < 10 DO INSTEAD NOTHING;
CREATE RULE r2 AS ON DELETE TO t DO ALSO NOTIFY x;
ALTER TABLE t DISABLE RULE r2;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr INSTEAD OF INSERT OR UPDATE ON v FOR EACH ROW EXECUTE FUNCTION f();
-- rows
INSERT INTO t VALUES (11, 'x');
-- pair: view on a dropped column, and on a new one
-- from
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t;
-- to
CREATE TABLE t (a integer, c text);
CREATE VIEW v AS SELECT a, c AS b FROM t;
-- rows
INSERT INTO t VALUES (1, 'x');
-- pair: recursive, grouped by a key, with a function
-- from
CREATE TABLE t (id integer PRIMARY KEY, up integer, nm text);
CREATE VIEW g AS SELECT id, nm, count(*) AS n FROM t GROUP BY id;
CREATE RECURSIVE VIEW r (id) AS SELECT id FROM t WHERE up IS NULL UNION ALL SELECT t.id FROM t JOIN r ON t.up = r.id;
-- to
CREATE TABLE t (id bigint, up integer, nm text, CONSTRAINT other PRIMARY KEY (id));
CREATE VIEW g AS SELECT id, nm, count(*) AS n FROM t GROUP BY id;
CREATE RECURSIVE VIEW r (id) AS SELECT id FROM t WHERE up IS NULL UNION ALL SELECT t.id FROM t JOIN r ON t.up = r.id;
CREATE FUNCTION f(x bigint) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM g WHERE id = x';
CREATE VIEW h AS SELECT f(id) AS x FROM t;
-- rows
INSERT INTO t VALUES (1, NULL, 'a'), (2, 1, 'b');
-- pair: matview over a column, with indexes and options
-- from
CREATE TABLE t (a integer, b varchar(5));
CREATE MATERIALIZED VIEW m WITH (fillfactor = 70) AS SELECT a, b FROM t;
CREATE INDEX m_b ON m (b);
ALTER MATERIALIZED VIEW m ALTER b SET STATISTICS 50;
CREATE VIEW over AS SELECT b FROM m;
-- to
CREATE TABLE t (a integer, b text);
CREATE MATERIALIZED VIEW m WITH (fillfactor = 80) AS SELECT a, b FROM t;
CREATE INDEX m_b ON m (lower(b));
CREATE VIEW over AS SELECT b FROM m;
-- rows
INSERT INTO t VALUES (1, 'x');
-- pair: function between views
-- from
CREATE VIEW a AS SELECT 1 AS x;
CREATE FUNCTION f() RETURNS SETOF a LANGUAGE sql AS 'SELECT * FROM a';
CREATE VIEW b AS SELECT * FROM f();
-- to
CREATE VIEW a AS SELECT 1 AS x, 2 AS y;
CREATE FUNCTION f() RETURNS SETOF a LANGUAGE sql AS 'SELECT * FROM a';
CREATE VIEW b AS SELECT * FROM f();
