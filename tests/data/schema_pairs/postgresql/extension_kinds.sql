-- pair: comes and is used
-- from
CREATE TABLE t (a text);
-- to
CREATE EXTENSION citext;
CREATE TABLE t (a citext);
CREATE INDEX i ON t (a);
-- rows
INSERT INTO t VALUES ('x');
-- pair: moves to a schema
-- from
CREATE SCHEMA e;
CREATE EXTENSION hstore;
CREATE TABLE t (a hstore);
CREATE INDEX i ON t USING gin (a);
-- to
CREATE SCHEMA e;
CREATE EXTENSION hstore SCHEMA e;
CREATE TABLE t (a e.hstore);
CREATE INDEX i ON t USING gin (a);
-- rows
INSERT INTO t VALUES ('a=>1');
-- pair: goes with what uses it
-- from
CREATE EXTENSION pg_trgm;
CREATE TABLE t (a text);
CREATE INDEX i ON t USING gin (a gin_trgm_ops);
-- to
CREATE TABLE t (a text);
-- rows
INSERT INTO t VALUES ('x');
-- pair: functions of it in defaults and views
-- from
CREATE TABLE t (a uuid);
-- to
CREATE EXTENSION "uuid-ossp";
CREATE EXTENSION pgcrypto;
CREATE TABLE t (a uuid DEFAULT uuid_generate_v4(), h text DEFAULT crypt('a', gen_salt('md5')));
CREATE VIEW v AS SELECT digest('a', 'sha1') AS d;
-- pair: comment, grant on its function
-- from
CREATE EXTENSION btree_gist;
CREATE TABLE t (a integer, r int4range);
-- to
CREATE EXTENSION btree_gist;
COMMENT ON EXTENSION btree_gist IS 'ours';
CREATE TABLE t (a integer, r int4range, EXCLUDE USING gist (a WITH =, r WITH &&));
