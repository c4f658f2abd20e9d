-- pair: bodies, defaults, attributes, overloads, procedures, windows, aggregates
-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(a text) RETURNS integer LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION g(a integer, b integer DEFAULT 3) RETURNS integer LANGUAGE sql AS 'SELECT 2';
CREATE PROCEDURE p(INOUT a integer) LANGUAGE plpgsql AS 'BEGIN a := 1; END';
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
COMMENT ON AGGREGATE total(integer) IS 'agg';
CREATE VIEW v AS SELECT total(x) AS x FROM generate_series(1, 3) x;
-- to
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5 SET search_path = public, pg_temp AS $$SELECT '$x$'::text::integer$$;
CREATE FUNCTION f(a text, VARIADIC r integer[]) RETURNS TABLE (x integer, y text) LANGUAGE sql AS 'SELECT 2, $1';
CREATE FUNCTION g(a integer, b integer) RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 2';
CREATE PROCEDURE p(INOUT a integer, b text DEFAULT 'x') LANGUAGE plpgsql AS 'BEGIN a := 2; END';
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '10', PARALLEL = SAFE, COMBINEFUNC = int4pl);
COMMENT ON AGGREGATE total(integer) IS 'agg';
CREATE VIEW v AS SELECT total(x) AS x FROM generate_series(1, 3) x;
CREATE AGGREGATE pct(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
-- pair: parsed bodies over a column that changes
-- since: 140000
-- from
CREATE TABLE t (a integer, b text);
CREATE FUNCTION f() RETURNS SETOF integer BEGIN ATOMIC SELECT a FROM t; END;
CREATE FUNCTION g(x integer) RETURNS boolean RETURN x IN (SELECT f());
CREATE PROCEDURE p(x integer) BEGIN ATOMIC INSERT INTO t VALUES (x, 'y'); END;
GRANT EXECUTE ON FUNCTION g TO rev_reader;
-- to
CREATE TABLE t (a bigint, b text);
CREATE FUNCTION f() RETURNS SETOF bigint BEGIN ATOMIC SELECT a FROM t; END;
CREATE FUNCTION g(x integer) RETURNS boolean RETURN x IN (SELECT f());
CREATE PROCEDURE p(x integer) BEGIN ATOMIC INSERT INTO t VALUES (x, 'z'); END;
GRANT EXECUTE ON FUNCTION g TO rev_reader;
-- rows
INSERT INTO t VALUES (1, 'x');
-- pair: signature changes under a trigger, a default, an index, a generated column, a policy, a domain
-- from
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION f(a integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT a + 1';
CREATE DOMAIN d AS integer CHECK (f(VALUE) > 0);
CREATE TABLE t (a integer DEFAULT f(1), g integer GENERATED ALWAYS AS (f(a)) STORED, dd d);
CREATE INDEX i ON t (f(a));
CREATE POLICY p ON t USING (f(a) > 0);
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW WHEN (f(NEW.a) > 0) EXECUTE FUNCTION tf();
-- to
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION f(b integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT b + 2';
CREATE DOMAIN d AS integer CHECK (f(VALUE) > 0);
CREATE TABLE t (a integer DEFAULT f(1), g integer GENERATED ALWAYS AS (f(a)) STORED, dd d);
CREATE INDEX i ON t (f(a));
CREATE POLICY p ON t USING (f(a) > 0);
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW WHEN (f(NEW.a) > 0) EXECUTE FUNCTION tf();
-- rows
INSERT INTO t VALUES (1, DEFAULT, 5);
-- pair: text bodies that name what comes later
-- from
CREATE TABLE x (a integer);
-- to
SET check_function_bodies = off;
CREATE TABLE x (a integer);
CREATE TABLE zz (a integer);
CREATE TYPE yy AS ENUM ('a');
CREATE FUNCTION a_first() RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM public.zz';
CREATE FUNCTION b_second() RETURNS bigint LANGUAGE plpgsql AS 'DECLARE r public.zz%ROWTYPE; e public.yy; BEGIN RETURN public.a_first(); END';
CREATE MATERIALIZED VIEW mv AS SELECT a_first() AS n, b_second() AS m;
CREATE FUNCTION c1() RETURNS integer LANGUAGE sql AS 'SELECT c2()';
CREATE FUNCTION c2() RETURNS integer LANGUAGE sql AS 'SELECT CASE WHEN false THEN c1() END';
-- pair: event triggers, disabled triggers, owners, grants on routines
-- from
CREATE TABLE t (a integer);
CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION e();
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr AFTER INSERT ON t EXECUTE FUNCTION tf();
-- to
CREATE TABLE t (a bigint, b integer);
CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER et ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION e();
ALTER EVENT TRIGGER et DISABLE;
COMMENT ON EVENT TRIGGER et IS 'ev';
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr AFTER INSERT ON t REFERENCING NEW TABLE AS nt FOR EACH STATEMENT EXECUTE FUNCTION tf('x', 'y''z');
ALTER TABLE t ENABLE ALWAYS TRIGGER tr;
CREATE FUNCTION secret() RETURNS integer LANGUAGE sql AS 'SELECT 1';
REVOKE EXECUTE ON FUNCTION secret() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION secret() TO rev_reader;
ALTER FUNCTION secret() OWNER TO rev_owner;
CREATE PROCEDURE proc() LANGUAGE plpgsql AS 'BEGIN END';
ALTER PROCEDURE proc() OWNER TO rev_owner;
-- rows
INSERT INTO t VALUES (1);
-- pair: function returns a table's row type while columns come and go
-- from
CREATE TABLE t (a integer, b text);
CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
CREATE FUNCTION lab(t) RETURNS text LANGUAGE sql AS 'SELECT $1.b';
CREATE VIEW v AS SELECT x.a, lab(x) AS l FROM t x;
-- to
CREATE TABLE t (a integer, b text, c integer);
CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
CREATE FUNCTION lab(t) RETURNS text LANGUAGE sql AS 'SELECT $1.b || $1.c';
CREATE VIEW v AS SELECT x.a, lab(x) AS l, x.c FROM t x;
-- rows
INSERT INTO t VALUES (1, 'x');
-- pair: dropped with what uses it
-- from
CREATE FUNCTION f(integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (f(a)) STORED, CHECK (f(a) > 0));
CREATE INDEX ON t (f(a));
-- to
CREATE TABLE t (a integer);
-- rows
INSERT INTO t VALUES (1);
