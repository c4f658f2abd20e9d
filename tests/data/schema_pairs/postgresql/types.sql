-- pair: label used at once in a default, a check, an index and a view
-- from
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE t (id integer, m mood DEFAULT 'sad');
-- to
CREATE TYPE mood AS ENUM ('sad', 'fine', 'happy');
CREATE TABLE t (id integer, m mood DEFAULT 'fine', CHECK (m <> 'fine' OR id > 0));
CREATE INDEX ON t (id) WHERE m = 'fine';
CREATE VIEW v AS SELECT id FROM t WHERE m = 'fine';
-- rows
INSERT INTO t VALUES (1, 'sad');
-- pair: label renamed
-- rename: enum_label public.mood.ok = public.mood.fine
-- from
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE t (id integer, m mood DEFAULT 'ok');
CREATE VIEW v AS SELECT id FROM t WHERE m = 'ok';
-- loses: public.t.m
-- to
CREATE TYPE mood AS ENUM ('sad', 'fine', 'happy', 'glad');
CREATE TABLE t (id integer, m mood DEFAULT 'fine');
CREATE VIEW v AS SELECT id FROM t WHERE m = 'fine';
-- rows
INSERT INTO t VALUES (1, 'ok');
-- pair: enum dropped, column to text
-- from
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE t (id integer, m mood DEFAULT 'sad');
-- to
CREATE TABLE t (id integer, m text DEFAULT 'sad');
-- rows
INSERT INTO t VALUES (1, 'sad');
-- pair: enum in a function, a composite, an array, a partition key's neighbour
-- from
CREATE TYPE mood AS ENUM ('sad', 'happy', 'gone');
CREATE TYPE pair AS (a mood, n integer);
CREATE TABLE t (id integer, p pair, ms mood[] DEFAULT '{sad}');
CREATE FUNCTION f(m mood DEFAULT 'sad') RETURNS SETOF mood LANGUAGE plpgsql AS 'BEGIN RETURN NEXT m; END';
CREATE VIEW v AS SELECT f('happy'::mood) AS x;
GRANT EXECUTE ON FUNCTION f TO rev_reader;
-- to
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE TYPE pair AS (a mood, n integer);
CREATE TABLE t (id integer, p pair, ms mood[] DEFAULT '{sad}');
CREATE FUNCTION f(m mood DEFAULT 'sad') RETURNS SETOF mood LANGUAGE plpgsql AS 'BEGIN RETURN NEXT m; END';
CREATE VIEW v AS SELECT f('happy'::mood) AS x;
GRANT EXECUTE ON FUNCTION f TO rev_reader;
-- rows
INSERT INTO t VALUES (1, '(sad,3)', '{happy,sad}');
-- pair: domain: default, not null, constraints, base type
-- from
CREATE DOMAIN d1 AS integer DEFAULT 1 CHECK (VALUE > 0);
CREATE DOMAIN d2 AS varchar(10) NOT NULL;
CREATE TABLE t (a d1, b d2);
CREATE VIEW v AS SELECT a FROM t;
-- to
CREATE DOMAIN d1 AS bigint DEFAULT 2 CONSTRAINT pos CHECK (VALUE > -1);
CREATE DOMAIN d2 AS varchar(10) CHECK (length(VALUE) < 9);
CREATE DOMAIN d3 AS text COLLATE "C";
CREATE TABLE t (a d1, b d2, c d3);
CREATE VIEW v AS SELECT a FROM t;
COMMENT ON DOMAIN d1 IS 'dd';
COMMENT ON CONSTRAINT pos ON DOMAIN d1 IS 'positive';
-- rows
INSERT INTO t VALUES (1, 'x');
-- pair: composite: attributes added, dropped, altered
-- from
CREATE TYPE c1 AS (a integer, b text);
CREATE TYPE c2 AS (a integer, b text);
CREATE TYPE c3 AS (a integer, b text);
CREATE TABLE t (x c1, y c2[]);
COMMENT ON COLUMN c1.a IS 'aa';
-- to
CREATE TYPE c1 AS (a integer, b text, c date);
CREATE TYPE c2 AS (a bigint, b text);
CREATE TYPE c3 AS (b text COLLATE "C", a integer);
CREATE TABLE t (x c1, y c2[]);
COMMENT ON COLUMN c1.a IS 'aaa';
-- rows
INSERT INTO t VALUES ('(1,x)', ARRAY['(2,y)'::c2]);
-- loses: public.t.x
-- pair: range types
-- from
CREATE TYPE r1 AS RANGE (subtype = float8);
CREATE TABLE t (x r1);
-- to
CREATE TYPE r1 AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TYPE r2 AS RANGE (subtype = text, collation = "C");
CREATE TABLE t (x r1);
-- rows
INSERT INTO t VALUES ('[1,2)');
-- pair: collations
-- from
CREATE COLLATION c1 (provider = icu, locale = 'de-x-icu');
CREATE COLLATION c0 FROM "C";
CREATE TABLE t (a text COLLATE c1, b text COLLATE c0);
CREATE INDEX ON t (b);
-- to
CREATE COLLATION c1 (provider = icu, locale = 'en-x-icu', deterministic = false);
CREATE COLLATION c0 FROM "C";
CREATE TABLE t (a text COLLATE c1, b text);
CREATE INDEX ON t (b);
-- rows
INSERT INTO t VALUES ('x', 'y');
-- pair: type owners and grants
-- from
CREATE TYPE mood AS ENUM ('a');
CREATE DOMAIN d AS integer;
GRANT USAGE ON TYPE mood TO rev_reader;
-- to
CREATE TYPE mood AS ENUM ('a');
CREATE DOMAIN d AS integer;
ALTER TYPE mood OWNER TO rev_owner;
REVOKE USAGE ON DOMAIN d FROM PUBLIC;
GRANT USAGE ON DOMAIN d TO rev_writer WITH GRANT OPTION;
COMMENT ON TYPE mood IS 'm';
-- pair: enum of another schema, quoted labels
-- from
CREATE SCHEMA a;
CREATE TYPE a."Mood x" AS ENUM ('it''s', 'b,c', 'd');
CREATE TABLE a.t (m a."Mood x" DEFAULT 'b,c');
-- to
CREATE SCHEMA a;
CREATE TYPE a."Mood x" AS ENUM ('b,c', 'it''s', 'e)f');
CREATE TABLE a.t (m a."Mood x" DEFAULT 'b,c');
-- rows
INSERT INTO a.t VALUES ('it''s'), ('b,c');
