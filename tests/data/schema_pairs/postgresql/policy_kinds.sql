-- pair: policy command
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE log (x integer);
-- from
CREATE POLICY p ON t USING (n > 0);
-- to
CREATE POLICY p ON t FOR SELECT USING (n > 0);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: policy roles
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE log (x integer);
-- from
CREATE POLICY p ON t USING (n > 0);
-- to
CREATE POLICY p ON t TO rev_reader, rev_writer USING (n > 0);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: policy restrictive
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE log (x integer);
-- from
CREATE POLICY p ON t USING (n > 0);
-- to
CREATE POLICY p ON t AS RESTRICTIVE USING (n > 0);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: policy using
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE log (x integer);
-- from
CREATE POLICY p ON t USING (n > 0);
-- to
CREATE POLICY p ON t USING (n > 1);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: policy check comes
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE log (x integer);
-- from
CREATE POLICY p ON t USING (n > 0);
-- to
CREATE POLICY p ON t USING (n > 0) WITH CHECK (n > 5);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: policy check goes
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE log (x integer);
-- from
CREATE POLICY p ON t USING (n > 0) WITH CHECK (n > 5);
-- to
CREATE POLICY p ON t USING (n > 0);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: policy subquery on another table
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE log (x integer);
-- from
CREATE POLICY p ON t USING (n > 0);
-- to
CREATE POLICY p ON t USING (n IN (SELECT x FROM log));
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: policy current user and setting
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE log (x integer);
-- from
CREATE POLICY p ON t USING (x = CURRENT_USER);
-- to
CREATE POLICY p ON t USING (x = current_setting('app.user', true));
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: policy comes with row security
-- both
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE log (x integer);
-- from
-- to
ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (n > 0);
COMMENT ON POLICY p ON t IS 'p';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
