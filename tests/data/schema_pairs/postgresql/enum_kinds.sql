-- pair: label first
-- from
CREATE TYPE e AS ENUM ('b');
-- to
CREATE TYPE e AS ENUM ('a', 'b');
-- pair: label last
-- from
CREATE TYPE e AS ENUM ('a');
-- to
CREATE TYPE e AS ENUM ('a', 'b');
-- pair: several labels between
-- from
CREATE TYPE e AS ENUM ('a', 'z');
-- to
CREATE TYPE e AS ENUM ('0', 'a', 'b', 'c', 'z', 'zz');
-- pair: label goes, nobody uses it
-- from
CREATE TYPE e AS ENUM ('a', 'b');
-- to
CREATE TYPE e AS ENUM ('a');
-- pair: all labels replaced
-- from
CREATE TYPE e AS ENUM ('a', 'b');
-- to
CREATE TYPE e AS ENUM ('c', 'd');
-- pair: empty
-- from
CREATE TYPE e AS ENUM ();
-- to
CREATE TYPE e AS ENUM ('a');
-- pair: labels swapped in a table with a key
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (e e PRIMARY KEY, f e[] DEFAULT '{a}');
CREATE TABLE c (e e REFERENCES t);
-- to
CREATE TYPE e AS ENUM ('b', 'a');
CREATE TABLE t (e e PRIMARY KEY, f e[] DEFAULT '{a}');
CREATE TABLE c (e e REFERENCES t);
-- rows
INSERT INTO t VALUES ('a'), ('b');
INSERT INTO c VALUES ('b');
-- pair: label goes under a partition key
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (e e, n integer) PARTITION BY LIST (e);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t2 PARTITION OF t FOR VALUES IN ('b');
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (e e, n integer) PARTITION BY LIST (e);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t2 PARTITION OF t FOR VALUES IN ('b');
-- rows
INSERT INTO t VALUES ('a', 1), ('b', 2);
-- pair: reordered under a range and a composite and a domain
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TYPE er AS RANGE (subtype = e);
CREATE TYPE ec AS (x e, y integer);
CREATE DOMAIN ed AS e CHECK (VALUE <> 'c');
CREATE TABLE t (a ec, b ed, c er);
-- to
CREATE TYPE e AS ENUM ('c', 'b', 'a');
CREATE TYPE er AS RANGE (subtype = e);
CREATE TYPE ec AS (x e, y integer);
CREATE DOMAIN ed AS e CHECK (VALUE <> 'c');
CREATE TABLE t (a ec, b ed, c er);
-- rows
INSERT INTO t VALUES ('(a,1)', 'b', NULL);
-- pair: renamed label and a new one
-- rename: enum_label public.e.a = public.e.aa
-- loses: public.t.e
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (e e DEFAULT 'b');
-- to
CREATE TYPE e AS ENUM ('aa', 'b', 'c');
CREATE TABLE t (e e DEFAULT 'b');
-- rows
INSERT INTO t VALUES ('a');
-- pair: new label in a default of a new column
-- from
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (id integer);
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id integer, e e NOT NULL DEFAULT 'b');
-- rows
INSERT INTO t VALUES (1);
-- pair: new label in a function with a text body
-- from
CREATE TYPE e AS ENUM ('a');
CREATE FUNCTION f() RETURNS e LANGUAGE sql AS 'SELECT ''a''::public.e';
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE FUNCTION f() RETURNS e LANGUAGE sql AS 'SELECT ''b''::public.e';
-- pair: new label in a parsed body
-- from
CREATE TYPE e AS ENUM ('a');
CREATE FUNCTION f() RETURNS e LANGUAGE sql RETURN 'a'::e;
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE FUNCTION f() RETURNS e LANGUAGE sql RETURN 'b'::e;
-- pair: new label in a partition bound
-- from
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (e e) PARTITION BY LIST (e);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (e e) PARTITION BY LIST (e);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t2 PARTITION OF t FOR VALUES IN ('b');
-- rows
INSERT INTO t VALUES ('a');
-- pair: owner, comment, grants
-- from
CREATE TYPE e AS ENUM ('a');
-- to
CREATE TYPE e AS ENUM ('a', 'b');
ALTER TYPE e OWNER TO rev_owner;
COMMENT ON TYPE e IS 'e';
REVOKE ALL ON TYPE e FROM PUBLIC;
GRANT USAGE ON TYPE e TO rev_reader;
-- pair: dropped with its column
-- from
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (id integer, e e);
-- to
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (id integer);
COMMENT ON TYPE e IS 'left';
-- rows
INSERT INTO t VALUES (1, 'a');
-- pair: text with a check to an enum
-- from
CREATE TABLE t (s text NOT NULL DEFAULT 'a' CHECK (s IN ('a', 'b')));
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (s e NOT NULL DEFAULT 'a');
-- rows
INSERT INTO t VALUES ('a'), ('b');
-- pair: enum to another enum
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (s e DEFAULT 'a');
-- to
CREATE TYPE f AS ENUM ('b', 'a', 'c');
CREATE TABLE t (s f DEFAULT 'a');
-- rows
INSERT INTO t VALUES ('a'), ('b');
-- pair: enum to integer is emptied
-- loses: public.t.s
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id integer, s e);
-- to
CREATE TABLE t (id integer, s integer);
-- rows
INSERT INTO t VALUES (1, 'a');
-- pair: renamed type under everything
-- rename: enum_type public.e = public.f
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (s e DEFAULT 'a', a e[], CHECK (s <> 'b'));
CREATE VIEW v AS SELECT s FROM t WHERE s = 'a';
CREATE FUNCTION f(e) RETURNS e LANGUAGE sql AS 'SELECT $1';
CREATE INDEX i ON t (s) WHERE s = 'a';
-- to
CREATE TYPE f AS ENUM ('a', 'b');
CREATE TABLE t (s f DEFAULT 'a', a f[], CHECK (s <> 'b'));
CREATE VIEW v AS SELECT s FROM t WHERE s = 'a';
CREATE FUNCTION f(f) RETURNS f LANGUAGE sql AS 'SELECT $1';
CREATE INDEX i ON t (s) WHERE s = 'a';
-- rows
INSERT INTO t VALUES ('a', '{b}');
