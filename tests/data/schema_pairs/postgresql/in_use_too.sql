-- pair: table's own settings under what counts its rows
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer);
CREATE TABLE log (x bigint);
CREATE VIEW v AS SELECT count(*) AS c FROM t;
CREATE MATERIALIZED VIEW m AS SELECT count(*) AS c FROM t;
CREATE RULE r AS ON DELETE TO log DO ALSO INSERT INTO log SELECT count(*) FROM t;
CREATE POLICY p ON log USING ((SELECT count(*) FROM t) > 0);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN (SELECT count(*) FROM t);
CREATE TABLE keeps (t t, f integer);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer) WITH (fillfactor = 50);
CREATE TABLE log (x bigint);
CREATE VIEW v AS SELECT count(*) AS c FROM t;
CREATE MATERIALIZED VIEW m AS SELECT count(*) AS c FROM t;
CREATE RULE r AS ON DELETE TO log DO ALSO INSERT INTO log SELECT count(*) FROM t;
CREATE POLICY p ON log USING ((SELECT count(*) FROM t) > 0);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN (SELECT count(*) FROM t);
CREATE TABLE keeps (t t, f integer);
-- rows
INSERT INTO t VALUES (1, 2);
-- pair: key under a view that groups by it
-- from
CREATE TABLE t (id integer CONSTRAINT k PRIMARY KEY, n integer);
CREATE VIEW v AS SELECT id, n FROM t GROUP BY id;
-- to
CREATE TABLE t (id integer, n integer, CONSTRAINT k PRIMARY KEY (id) INCLUDE (n));
CREATE VIEW v AS SELECT id, n FROM t GROUP BY id;
-- rows
INSERT INTO t VALUES (1, 2);
-- pair: domain over a composite
-- from
CREATE TYPE c AS (a integer, b text);
CREATE DOMAIN d AS c CHECK ((VALUE).a > 0);
CREATE TABLE t (v d);
-- to
CREATE TYPE c AS (a bigint, b text);
CREATE DOMAIN d AS c CHECK ((VALUE).a > 0);
CREATE TABLE t (v d);
-- rows
INSERT INTO t VALUES (ROW(1, 'x')::c);
-- pair: domain under a composite, a policy, a materialized view
-- from
CREATE DOMAIN d AS varchar(5);
CREATE TYPE c AS (a d, b integer);
CREATE TABLE t (v d, w c);
CREATE POLICY p ON t USING (v <> 'x'::d);
CREATE MATERIALIZED VIEW m AS SELECT v, 'a'::d AS k FROM t;
-- to
CREATE DOMAIN d AS text;
CREATE TYPE c AS (a d, b integer);
CREATE TABLE t (v d, w c);
CREATE POLICY p ON t USING (v <> 'x'::d);
CREATE MATERIALIZED VIEW m AS SELECT v, 'a'::d AS k FROM t;
-- rows
INSERT INTO t VALUES ('a', '(b,1)');
-- pair: range under routines
-- from
CREATE TYPE r AS RANGE (subtype = date);
CREATE FUNCTION f(r) RETURNS r LANGUAGE sql AS 'SELECT $1';
-- to
CREATE TYPE r AS RANGE (subtype = timestamp);
CREATE FUNCTION f(r) RETURNS r LANGUAGE sql AS 'SELECT $1';
-- pair: materialized view under others and a parsed body
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer);
CREATE MATERIALIZED VIEW a AS SELECT id, n FROM t;
CREATE MATERIALIZED VIEW b AS SELECT n FROM a;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN (SELECT max(n) FROM a);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer);
CREATE MATERIALIZED VIEW a AS SELECT id, n + 1 AS n FROM t;
CREATE MATERIALIZED VIEW b AS SELECT n FROM a;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN (SELECT max(n) FROM a);
-- rows
INSERT INTO t VALUES (1, 2);
-- pair: functions under aggregates, casts, classes, ranges, event triggers
-- from
CREATE TYPE k AS (x integer);
CREATE FUNCTION plus(a integer, b integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT a + b';
CREATE FUNCTION to_k(a integer) RETURNS k IMMUTABLE LANGUAGE sql AS 'SELECT ROW(a)::public.k';
CREATE FUNCTION compare(a integer, b integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT b - a';
CREATE FUNCTION apart(a float8, b float8) RETURNS float8 IMMUTABLE LANGUAGE sql AS 'SELECT a - b';
CREATE FUNCTION seen() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE AGGREGATE total(integer) (SFUNC = plus, STYPE = integer);
CREATE CAST (integer AS k) WITH FUNCTION to_k(integer);
CREATE OPERATOR CLASS backwards FOR TYPE integer USING btree AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 compare(integer, integer);
CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = apart);
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION seen();
-- to
CREATE TYPE k AS (x integer);
CREATE FUNCTION plus(a integer, b integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT b + a';
CREATE FUNCTION to_k(b integer) RETURNS k IMMUTABLE LANGUAGE sql AS 'SELECT ROW(b)::public.k';
CREATE FUNCTION compare(x integer, y integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT y - x';
CREATE FUNCTION apart(a float8, b float8) RETURNS float8 IMMUTABLE LANGUAGE sql AS 'SELECT -(b - a)';
CREATE FUNCTION seen() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';
CREATE AGGREGATE total(integer) (SFUNC = plus, STYPE = integer);
CREATE CAST (integer AS k) WITH FUNCTION to_k(integer);
CREATE OPERATOR CLASS backwards FOR TYPE integer USING btree AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 compare(integer, integer);
CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = apart);
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION seen();
-- pair: language under its routines
-- from
CREATE LANGUAGE mine HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
CREATE FUNCTION f() RETURNS integer LANGUAGE mine AS 'BEGIN RETURN 1; END';
-- to
CREATE TRUSTED LANGUAGE mine HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
CREATE FUNCTION f() RETURNS integer LANGUAGE mine AS 'BEGIN RETURN 1; END';
-- pair: wrappers, publications, event triggers, templates come
-- from
CREATE TABLE t (id integer PRIMARY KEY);
CREATE FUNCTION seen() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
-- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE FUNCTION seen() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watch ON sql_drop EXECUTE FUNCTION seen();
CREATE FOREIGN DATA WRAPPER w OPTIONS (a '1');
CREATE PUBLICATION p FOR TABLE t;
CREATE TEXT SEARCH TEMPLATE tt (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH PARSER pp (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
-- pair: parser, conversion, family change
-- from
CREATE TEXT SEARCH PARSER pp (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE CONVERSION cc FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE OPERATOR FAMILY fam USING hash;
-- to
CREATE TEXT SEARCH PARSER pp (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
CREATE DEFAULT CONVERSION cc FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE OPERATOR FAMILY fam USING hash;
ALTER OPERATOR FAMILY fam USING hash ADD OPERATOR 1 = (integer, integer), FUNCTION 1 (integer, integer) hashint4(integer);
-- pair: rule that writes through a view that changes
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer);
CREATE TABLE u (id integer);
CREATE VIEW v AS SELECT id, n FROM t;
CREATE RULE r AS ON INSERT TO u DO ALSO INSERT INTO v (id) VALUES (NEW.id);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer);
CREATE TABLE u (id integer);
CREATE VIEW v AS SELECT id FROM t;
CREATE RULE r AS ON INSERT TO u DO ALSO INSERT INTO v (id) VALUES (NEW.id);
-- rows
INSERT INTO t VALUES (1, 2);
