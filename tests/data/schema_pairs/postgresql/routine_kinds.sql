-- pair: body
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- to
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a + 1';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: language
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- to
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE plpgsql  AS 'BEGIN RETURN a; END';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: volatility, strictness, parallel, cost
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- to
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5 AS 'SELECT a';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: security definer and settings
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- to
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public SET work_mem = '8MB' AS 'SELECT a';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: leakproof
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- to
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql LEAKPROOF AS 'SELECT a';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: result
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- to
CREATE FUNCTION f(a integer) RETURNS text LANGUAGE sql  AS 'SELECT a::text';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: argument name
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- to
CREATE FUNCTION f(b integer) RETURNS integer LANGUAGE sql  AS 'SELECT b';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: argument default
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- to
CREATE FUNCTION f(a integer DEFAULT 5) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: argument default goes
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(a integer DEFAULT 5) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- to
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: another argument
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- to
CREATE FUNCTION f(a integer, b text) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: argument type
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- to
CREATE FUNCTION f(a bigint) RETURNS integer LANGUAGE sql  AS 'SELECT a::integer';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: overload
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- to
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
CREATE FUNCTION f(a text) RETURNS text LANGUAGE sql AS 'SELECT a';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: set returning
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f() RETURNS SETOF integer LANGUAGE sql ROWS 10 AS 'SELECT 1';
-- to
CREATE FUNCTION f() RETURNS TABLE (a integer, b text) LANGUAGE sql ROWS 20 AS 'SELECT 1, ''x''';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: out and inout arguments
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(OUT a integer, INOUT b text) LANGUAGE sql AS 'SELECT 1, b';
-- to
CREATE FUNCTION f(OUT a integer, INOUT b text, OUT c date) LANGUAGE sql AS 'SELECT 1, b, NULL::date';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: variadic
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(VARIADIC a integer[]) RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- to
CREATE FUNCTION f(VARIADIC a integer[]) RETURNS integer LANGUAGE sql AS 'SELECT 2';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: procedure
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE PROCEDURE f(a integer) LANGUAGE sql AS 'SELECT 1';
-- to
CREATE PROCEDURE f(a integer, INOUT b integer) LANGUAGE plpgsql AS 'BEGIN b := 1; END';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: function to procedure
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- to
CREATE PROCEDURE f(a integer) LANGUAGE sql AS 'SELECT 1';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: parsed body
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN (SELECT count(*) FROM t);
-- to
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT max(n) FROM t; END;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: parsed body to text
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN (SELECT count(*) FROM t);
-- to
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: owner, grants, comment
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
-- to
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
ALTER FUNCTION f(integer) OWNER TO rev_owner;
REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f(integer) TO rev_reader;
COMMENT ON FUNCTION f(integer) IS 'f';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: dollar quotes in the body
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $f$BEGIN RETURN $$a$$; END$f$;
-- to
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $f$BEGIN EXECUTE $function$SELECT 1$function$; RETURN $$b$$ || ';'; END$f$;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: two call each other
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- to
CREATE FUNCTION g(a integer) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN f(); END';
CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN g(1); END';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: row type of a table that gets a column
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(t) RETURNS text LANGUAGE sql AS 'SELECT $1.x';
CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
-- to
ALTER TABLE t ADD q text NOT NULL DEFAULT '';
CREATE FUNCTION f(t) RETURNS text LANGUAGE sql AS 'SELECT $1.q';
CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: renamed by a hint
-- rename: routine public.f.(integer) = public.g.(integer)
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
CREATE VIEW v AS SELECT f(n) FROM t;
-- to
CREATE FUNCTION g(a integer) RETURNS integer LANGUAGE sql  AS 'SELECT a';
CREATE VIEW v AS SELECT g(n) AS f FROM t;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: aggregate
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE AGGREGATE s(integer) (SFUNC = int4pl, STYPE = integer);
CREATE VIEW v AS SELECT s(n) FROM t;
-- to
CREATE AGGREGATE s(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '5', PARALLEL = SAFE);
CREATE VIEW v AS SELECT s(n) FROM t;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: ordered set aggregate and grants
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
CREATE AGGREGATE s(integer) (SFUNC = int4pl, STYPE = integer);
-- to
CREATE AGGREGATE s(integer) (SFUNC = int4pl, STYPE = integer);
COMMENT ON AGGREGATE s(integer) IS 'sum';
ALTER AGGREGATE s(integer) OWNER TO rev_owner;
CREATE AGGREGATE o(ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = mode_final, FINALFUNC_EXTRA);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
