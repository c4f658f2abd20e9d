-- pair: attribute goes, comes
-- from
CREATE TYPE c AS (a integer, b text);
-- to
CREATE TYPE c AS (a integer, d date);
-- pair: attribute type and collation
-- from
CREATE TYPE c AS (a integer, b text);
-- to
CREATE TYPE c AS (a bigint, b text COLLATE "C");
-- pair: order of attributes
-- from
CREATE TYPE c AS (a integer, b text);
-- to
CREATE TYPE c AS (b text, a integer);
-- pair: attribute renamed
-- rename: attribute public.c.b = public.c.bb
-- from
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t (c c);
CREATE VIEW v AS SELECT (c).b FROM t;
-- to
CREATE TYPE c AS (a integer, bb text);
CREATE TABLE t (c c);
CREATE VIEW v AS SELECT (c).bb AS b FROM t;
-- rows
INSERT INTO t VALUES ('(1,x)');
-- pair: type renamed
-- rename: composite_type public.c = public.cc
-- from
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t (c c);
-- to
CREATE TYPE cc AS (a integer, b text);
CREATE TABLE t (c cc);
-- rows
INSERT INTO t VALUES ('(1,x)');
-- pair: in another composite, in an array, in a domain
-- from
CREATE TYPE c AS (a integer, b text);
CREATE TYPE o AS (c c, cs c[]);
CREATE TABLE t (o o, c c[]);
-- to
CREATE TYPE c AS (a bigint, b text);
CREATE TYPE o AS (c c, cs c[]);
CREATE TABLE t (o o, c c[]);
-- rows
INSERT INTO t VALUES (ROW(ROW(1, 'x')::c, NULL)::o, ARRAY[ROW(2, 'y')::c]);
-- pair: comments
-- from
CREATE TYPE c AS (a integer, b text);
-- to
CREATE TYPE c AS (a integer, b text);
COMMENT ON TYPE c IS 'c';
COMMENT ON COLUMN c.a IS 'a';
ALTER TYPE c OWNER TO rev_owner;
-- pair: typed table
-- from
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t OF c;
-- to
CREATE TYPE c AS (a integer, b text, d date);
CREATE TABLE t OF c (a NOT NULL);
-- rows
INSERT INTO t VALUES (1, 'x');
-- pair: typed table, attribute type
-- from
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t OF c (PRIMARY KEY (a));
-- to
CREATE TYPE c AS (a bigint, b text);
CREATE TABLE t OF c (PRIMARY KEY (a));
-- rows
INSERT INTO t VALUES (1, 'x');
-- pair: typed table, attribute goes
-- from
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t OF c (PRIMARY KEY (a));
-- to
CREATE TYPE c AS (a integer);
CREATE TABLE t OF c (PRIMARY KEY (a));
-- rows
INSERT INTO t VALUES (1, 'x');
-- pair: typed table becomes plain and back
-- from
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t OF c;
CREATE TABLE u (a integer, b text);
-- to
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t (a integer, b text);
CREATE TABLE u OF c;
-- rows
INSERT INTO t VALUES (1, 'x');
INSERT INTO u VALUES (1, 'x');
-- pair: order of attributes, in rows of a composite within a composite
-- from
CREATE TYPE c AS (a text, b text);
CREATE TYPE o AS (n integer, c c);
CREATE TABLE t (id integer PRIMARY KEY, c c, o o);
-- to
CREATE TYPE c AS (b text, a text);
CREATE TYPE o AS (n integer, c c);
CREATE TABLE t (id integer PRIMARY KEY, c c, o o);
-- pair: typed table's attribute takes a type that only an expression makes of it
-- from
CREATE TYPE spot AS (x text, y integer);
CREATE TABLE b OF spot;
-- to
CREATE TYPE spot AS (x integer, y text);
CREATE TABLE b OF spot;
-- rows
INSERT INTO b VALUES ('1', 2);
