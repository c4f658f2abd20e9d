-- pair: tables, columns, sequences, schemas, grant options
-- from
CREATE TABLE t (a integer, b text);
CREATE SEQUENCE s;
GRANT SELECT, INSERT ON t TO rev_reader;
GRANT UPDATE (b) ON t TO rev_reader;
GRANT ALL ON t TO rev_writer;
-- to
CREATE TABLE t (a integer, b text);
CREATE SEQUENCE s;
GRANT SELECT ON t TO rev_reader WITH GRANT OPTION;
GRANT UPDATE (a), SELECT (a, b) ON t TO rev_reader;
GRANT SELECT ON t TO PUBLIC;
GRANT USAGE ON SEQUENCE s TO rev_writer;
GRANT CREATE ON SCHEMA public TO rev_writer;
REVOKE DELETE ON t FROM CURRENT_USER;
-- rows
INSERT INTO t VALUES (1, 'x');
-- pair: owners and their grants
-- from
CREATE TABLE t (a serial);
CREATE VIEW v AS SELECT a FROM t;
ALTER TABLE v OWNER TO rev_owner;
-- to
CREATE TABLE t (a serial);
CREATE VIEW v AS SELECT a FROM t;
ALTER TABLE t OWNER TO rev_owner;
GRANT SELECT ON t TO rev_reader;
REVOKE INSERT ON t FROM rev_owner;
-- rows
INSERT INTO t DEFAULT VALUES;
-- pair: default privileges
-- from
CREATE SCHEMA a;
ALTER DEFAULT PRIVILEGES IN SCHEMA a GRANT SELECT ON TABLES TO rev_reader;
CREATE TABLE a.t (x integer);
-- to
CREATE SCHEMA a;
ALTER DEFAULT PRIVILEGES IN SCHEMA a GRANT SELECT, INSERT ON TABLES TO rev_writer;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE rev_owner GRANT USAGE ON SEQUENCES TO rev_reader;
CREATE TABLE a.t (x integer);
CREATE TABLE a.u (x integer);
CREATE FUNCTION a.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- rows
INSERT INTO a.t VALUES (1);
-- pair: new table under default privileges that stay
-- from
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO rev_reader;
CREATE TABLE t (x integer);
-- to
CREATE TABLE u (x integer);
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO rev_reader;
CREATE TABLE t (x integer);
CREATE VIEW w AS SELECT x FROM t;
-- rows
INSERT INTO t VALUES (1);
