-- pair: trigger disabled on one partition only
-- both
CREATE TABLE m (id integer, b text) PARTITION BY LIST (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1, 2);
CREATE TABLE m2 PARTITION OF m FOR VALUES IN (3);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER t BEFORE INSERT ON m FOR EACH ROW EXECUTE FUNCTION f();
-- from
-- to
ALTER TABLE m1 DISABLE TRIGGER t;
-- rows
INSERT INTO m VALUES (1, 'a');
-- pair: trigger state differs on partitions and comes
-- both
CREATE TABLE m (id integer, b text) PARTITION BY LIST (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1, 2);
CREATE TABLE m2 PARTITION OF m FOR VALUES IN (3) PARTITION BY LIST (id);
CREATE TABLE m2a PARTITION OF m2 FOR VALUES IN (3);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
-- from
-- to
CREATE TRIGGER t BEFORE INSERT ON m FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER t2 AFTER UPDATE ON m FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE m DISABLE TRIGGER t;
ALTER TABLE m1 ENABLE ALWAYS TRIGGER t;
ALTER TABLE m2a DISABLE TRIGGER t2;
-- rows
INSERT INTO m VALUES (1, 'a');
-- pair: trigger of partitions in another state, and the function changes
-- both
CREATE TABLE m (id integer, b text) PARTITION BY LIST (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1, 2);
CREATE TABLE m2 PARTITION OF m FOR VALUES IN (3);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
-- from
CREATE TRIGGER t BEFORE INSERT ON m FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE m1 DISABLE TRIGGER t;
-- to
CREATE TRIGGER t BEFORE INSERT ON m FOR EACH ROW EXECUTE FUNCTION g();
ALTER TABLE m1 DISABLE TRIGGER t;
ALTER TABLE m2 ENABLE REPLICA TRIGGER t;
-- rows
INSERT INTO m VALUES (1, 'a');
-- pair: trigger disabled on a partition that comes
-- both
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE m (id integer, b text) PARTITION BY LIST (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1, 2);
CREATE TRIGGER t BEFORE INSERT ON m FOR EACH ROW EXECUTE FUNCTION f();
-- from
-- to
CREATE TABLE m2 PARTITION OF m FOR VALUES IN (3);
ALTER TABLE m2 DISABLE TRIGGER t;
-- rows
INSERT INTO m VALUES (1, 'a');
-- pair: whole trigger disabled while partitions were
-- both
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE m (id integer, b text) PARTITION BY LIST (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1, 2);
CREATE TABLE m2 PARTITION OF m FOR VALUES IN (3);
CREATE TRIGGER t BEFORE INSERT ON m FOR EACH ROW EXECUTE FUNCTION f();
-- from
ALTER TABLE m1 DISABLE TRIGGER t;
-- to
ALTER TABLE m DISABLE TRIGGER t;
ALTER TABLE m2 ENABLE TRIGGER t;
-- rows
INSERT INTO m VALUES (1, 'a');
-- pair: order of inheritance parents
-- both
CREATE TABLE a (x integer, y integer);
CREATE TABLE b (x integer, z integer);
-- from
CREATE TABLE c (w text) INHERITS (a, b);
-- to
CREATE TABLE c (w text) INHERITS (b, a);
-- rows
INSERT INTO c (x, y, z, w) VALUES (1, 2, 3, 'w');
-- pair: order of three inheritance parents, one of which goes
-- both
CREATE TABLE a (x integer, y integer);
CREATE TABLE b (x integer, z integer);
CREATE TABLE d (x integer, q integer);
-- from
CREATE TABLE c (x integer, y integer, z integer, q integer, w text) INHERITS (a, b, d);
-- to
CREATE TABLE c (x integer, y integer, z integer, q integer, w text) INHERITS (d, a);
-- rows
INSERT INTO c (x, y, z, w) VALUES (1, 2, 3, 'w');
-- pair: inheritance parent comes before the one that is there
-- both
CREATE TABLE a (x integer, y integer);
CREATE TABLE b (x integer, z integer);
-- from
CREATE TABLE c (x integer, y integer, z integer, w text) INHERITS (a);
-- to
CREATE TABLE c (x integer, y integer, z integer, w text) INHERITS (b, a);
-- rows
INSERT INTO c (x, y, z, w) VALUES (1, 2, 3, 'w');
-- pair: attribute of a composite that a column has, with rows
-- from
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t (id integer, v c, w c[]);
-- to
CREATE TYPE c AS (a bigint, b varchar(20));
CREATE TABLE t (id integer, v c, w c[]);
-- rows
INSERT INTO t VALUES (1, '(1,"x, ""y""")', ARRAY['(1,a)'::c, '(2,)'::c, NULL]), (2, NULL, NULL);
-- pair: attribute of a composite of a typed table and of a column
-- from
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t OF c (PRIMARY KEY (a));
CREATE TABLE u (id integer, v c);
-- to
CREATE TYPE c AS (a bigint, b text);
CREATE TABLE t OF c (PRIMARY KEY (a));
CREATE TABLE u (id integer, v c);
-- rows
INSERT INTO t VALUES (1, 'x'); INSERT INTO u VALUES (1, '(1,x)');
-- pair: attribute of a composite of a typed table gets a collation and another type
-- from
CREATE TYPE c AS (a integer, b text, d integer);
CREATE TABLE t OF c (PRIMARY KEY (a));
CREATE VIEW v AS SELECT a, b FROM t;
-- to
CREATE TYPE c AS (a bigint, b text COLLATE "C", e date);
CREATE TABLE t OF c (PRIMARY KEY (a));
CREATE VIEW v AS SELECT a, b FROM t;
-- rows
INSERT INTO t VALUES (1, 'x', 3);
-- pair: composite within a composite within a column changes
-- from
CREATE TYPE i AS (a integer);
CREATE TYPE o AS (n text, x i, xs i[]);
CREATE TABLE t (id integer, v o);
CREATE TABLE u OF o;
-- to
CREATE TYPE i AS (a bigint);
CREATE TYPE o AS (n text, x i, xs i[]);
CREATE TABLE t (id integer, v o);
CREATE TABLE u OF o;
-- rows
INSERT INTO t VALUES (1, ROW('q', ROW(1), ARRAY[ROW(2)::i])::o); INSERT INTO u VALUES ('q', ROW(1), ARRAY[ROW(2)::i]);
-- pair: composite in a column with defaults, checks, an index and a function
-- from
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t (id integer, v c DEFAULT ROW(1,'x')::c, CHECK ((v).a > 0));
CREATE INDEX ti ON t (((v).a));
CREATE FUNCTION f(c) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a';
CREATE VIEW w AS SELECT (v).b, f(v) FROM t;
-- to
CREATE TYPE c AS (a bigint, b text);
CREATE TABLE t (id integer, v c DEFAULT ROW(1,'x')::c, CHECK ((v).a > 0));
CREATE INDEX ti ON t (((v).a));
CREATE FUNCTION f(c) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a';
CREATE VIEW w AS SELECT (v).b, f(v) FROM t;
-- rows
INSERT INTO t VALUES (1, '(1,"x, ""y""")'), (2, NULL);
