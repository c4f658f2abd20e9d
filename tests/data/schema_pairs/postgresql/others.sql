-- pair: sequences
-- from
CREATE SEQUENCE a;
CREATE SEQUENCE b AS smallint INCREMENT -1 MINVALUE -50 MAXVALUE 10 START 5 CACHE 3 CYCLE;
CREATE TABLE t (x integer, y integer);
CREATE SEQUENCE o OWNED BY t.x;
-- to
CREATE SEQUENCE a AS integer START 7 INCREMENT 5 MAXVALUE 900 CYCLE;
CREATE SEQUENCE b;
CREATE TABLE t (x integer, y integer);
CREATE SEQUENCE o OWNED BY t.y;
CREATE SEQUENCE p OWNED BY t.x;
-- pair: owned sequence survives its column
-- from
CREATE TABLE t (x serial, y integer);
-- to
CREATE TABLE t (y integer);
CREATE SEQUENCE t_x_seq AS integer;
-- rows
INSERT INTO t VALUES (1, 2);
-- pair: statistics objects
-- from
CREATE TABLE t (a integer, b integer, c text);
CREATE STATISTICS s1 ON a, b FROM t;
CREATE STATISTICS s2 (ndistinct) ON b, c FROM t;
CREATE STATISTICS s3 ON a, c FROM t;
-- to
CREATE TABLE t (a integer, b bigint, c text);
CREATE STATISTICS s1 (dependencies, mcv) ON a, b FROM t;
ALTER STATISTICS s1 SET STATISTICS 300;
CREATE STATISTICS s2 (ndistinct) ON b, c FROM t;
COMMENT ON STATISTICS s2 IS 'stat';
ALTER STATISTICS s2 OWNER TO rev_owner;
CREATE STATISTICS s4 ON (a + 1), (lower(c)) FROM t;
-- rows
INSERT INTO t VALUES (1, 2, 'x');
-- pair: extensions
-- from
CREATE EXTENSION hstore;
CREATE TABLE t (a hstore, b text);
-- to
CREATE SCHEMA ext;
CREATE EXTENSION citext SCHEMA ext;
CREATE EXTENSION hstore SCHEMA ext;
CREATE EXTENSION pg_trgm;
CREATE TABLE t (a ext.hstore, b ext.citext);
CREATE INDEX ON t USING gin (b public.gin_trgm_ops);
-- rows
INSERT INTO t VALUES ('a=>1', 'X');
-- loses: public.t
-- pair: text search
-- from
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, stopwords = english);
CREATE TEXT SEARCH CONFIGURATION c (COPY = english);
CREATE TABLE t (a text);
CREATE INDEX i ON t USING gin (to_tsvector('public.c', a));
-- to
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, accept = false);
CREATE TEXT SEARCH DICTIONARY d2 (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION c (COPY = english);
ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING FOR word, asciiword WITH d2, english_stem;
ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING FOR url;
CREATE TEXT SEARCH CONFIGURATION c2 (PARSER = "default");
COMMENT ON TEXT SEARCH CONFIGURATION c IS 'cc';
ALTER TEXT SEARCH CONFIGURATION c OWNER TO rev_owner;
CREATE TABLE t (a text);
CREATE INDEX i ON t USING gin (to_tsvector('public.c', a));
-- rows
INSERT INTO t VALUES ('x');
-- pair: text search templates and parsers
-- from
CREATE TEXT SEARCH TEMPLATE tt (INIT = dsimple_init, LEXIZE = dsimple_lexize);
-- to
CREATE TEXT SEARCH TEMPLATE tt (LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH PARSER tp (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
-- pair: casts
-- from
CREATE TYPE a AS (x integer);
CREATE FUNCTION a_int(a) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT $1.x';
CREATE CAST (a AS integer) WITH FUNCTION a_int(a);
-- to
CREATE TYPE a AS (x integer);
CREATE FUNCTION a_int(a) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT $1.x';
CREATE CAST (a AS integer) WITH FUNCTION a_int(a) AS ASSIGNMENT;
CREATE CAST (a AS text) WITH INOUT AS IMPLICIT;
COMMENT ON CAST (a AS text) IS 'io';
-- pair: operators, classes, families
-- from
CREATE FUNCTION eq(integer, integer) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT $1 = $2';
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = integer, RIGHTARG = integer);
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a OPERATOR(public.===) 1 AS x FROM t;
-- to
CREATE FUNCTION eq(integer, integer) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT $1 = $2';
CREATE FUNCTION cmp(integer, integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT btint4cmp($1, $2)';
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = ===, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
COMMENT ON OPERATOR ===(integer, integer) IS 'same';
CREATE OPERATOR FAMILY fam USING btree;
CREATE OPERATOR CLASS cls FOR TYPE integer USING btree FAMILY fam AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 ===, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 cmp(integer, integer);
CREATE TABLE t (a integer);
CREATE INDEX ON t (a cls);
CREATE VIEW v AS SELECT a OPERATOR(public.===) 1 AS x FROM t;
-- rows
INSERT INTO t VALUES (1);
-- pair: conversions
-- from
CREATE TABLE x (a integer);
-- to
CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION conv IS 'c';
CREATE TABLE x (a integer);
-- pair: foreign data
-- from
CREATE FOREIGN DATA WRAPPER w OPTIONS (debug 'true');
CREATE SERVER s VERSION '1' FOREIGN DATA WRAPPER w OPTIONS (host 'a', port '1');
CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'x');
CREATE FOREIGN TABLE ft (a integer OPTIONS (column_name 'aa'), b text) SERVER s OPTIONS (table_name 't');
-- to
CREATE FOREIGN DATA WRAPPER w OPTIONS (other 'a,b ''c''');
CREATE SERVER s VERSION '2' FOREIGN DATA WRAPPER w OPTIONS (host 'b', dbname 'c');
CREATE SERVER s2 TYPE 'ty' FOREIGN DATA WRAPPER w;
CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'y', password 'p');
CREATE USER MAPPING FOR rev_reader SERVER s;
CREATE FOREIGN TABLE ft (a bigint OPTIONS (column_name 'bb'), b text NOT NULL DEFAULT 'x', c integer) SERVER s OPTIONS (table_name 'u', x 'y');
COMMENT ON FOREIGN TABLE ft IS 'ft';
COMMENT ON SERVER s IS 'srv';
GRANT USAGE ON FOREIGN SERVER s TO rev_reader;
GRANT USAGE ON FOREIGN DATA WRAPPER w TO rev_reader;
GRANT SELECT ON ft TO rev_reader;
-- pair: publications
-- since: 150000
-- from
CREATE TABLE t (a integer PRIMARY KEY, b text);
CREATE TABLE u (a integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE t WHERE (a > 0), u;
CREATE PUBLICATION q FOR ALL TABLES;
-- to
CREATE TABLE t (a bigint PRIMARY KEY, b text);
CREATE TABLE u (a integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE t (a) WHERE (a > 0) WITH (publish = 'insert', publish_via_partition_root = true);
CREATE PUBLICATION q FOR TABLES IN SCHEMA s, TABLE u;
COMMENT ON PUBLICATION p IS 'pp';
-- rows
INSERT INTO t VALUES (1, 'x');
-- pair: languages and rules of grants
-- from
CREATE TABLE t (a integer);
-- to
CREATE TABLE t (a integer);
CREATE LANGUAGE mine HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
CREATE FUNCTION f() RETURNS integer LANGUAGE mine AS 'BEGIN RETURN 1; END';
