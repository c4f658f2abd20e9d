-- pair: constraint and index swap names
-- from
CREATE TABLE t (a int, b int, CONSTRAINT u UNIQUE (a));
CREATE INDEX v ON t (b);
-- to
CREATE TABLE t (a int, b int, CONSTRAINT v UNIQUE (a));
CREATE INDEX u ON t (b);
-- rows
INSERT INTO t VALUES (1, 1), (2, 2);
-- pair: table renamed to the name of a view that goes
-- rename: table public.a = public.b
-- from
CREATE TABLE a (x int);
CREATE VIEW b AS SELECT 1 AS x;
-- to
CREATE TABLE b (x int);
-- rows
INSERT INTO a VALUES (1);
-- pair: check names swap
-- from
CREATE TABLE t (a int, b int, CONSTRAINT x CHECK (a > 0), CONSTRAINT y CHECK (b > 0));
-- to
CREATE TABLE t (a int, b int, CONSTRAINT y CHECK (a > 0), CONSTRAINT x CHECK (b > 0));
-- rows
INSERT INTO t VALUES (1, 1), (2, 2);
-- pair: two enums swap names
-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TYPE f AS ENUM ('x', 'y');
CREATE TABLE t (id int, k e, l f);
-- to
CREATE TYPE e AS ENUM ('x', 'y');
CREATE TYPE f AS ENUM ('a', 'b');
CREATE TABLE t (id int, k f, l e);
-- rows
INSERT INTO t VALUES (1, 'a', 'x');
