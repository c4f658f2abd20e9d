-- pair: increment
-- from
CREATE SEQUENCE s;
-- to
CREATE SEQUENCE s INCREMENT 5;
-- rows
SELECT nextval('s');
-- pair: start
-- from
CREATE SEQUENCE s START 5;
-- to
CREATE SEQUENCE s START 10;
-- rows
SELECT nextval('s');
-- pair: limits
-- from
CREATE SEQUENCE s MINVALUE 0 START 0;
-- to
CREATE SEQUENCE s MINVALUE -5 MAXVALUE 50 START 0;
-- rows
SELECT nextval('s');
-- pair: cache
-- from
CREATE SEQUENCE s;
-- to
CREATE SEQUENCE s CACHE 20;
-- rows
SELECT nextval('s');
-- pair: cycle
-- from
CREATE SEQUENCE s;
-- to
CREATE SEQUENCE s CYCLE;
-- rows
SELECT nextval('s');
-- pair: type
-- from
CREATE SEQUENCE s AS integer;
-- to
CREATE SEQUENCE s AS smallint;
-- rows
SELECT nextval('s');
-- pair: descending
-- from
CREATE SEQUENCE s;
-- to
CREATE SEQUENCE s INCREMENT -1;
-- rows
SELECT nextval('s');
-- pair: unlogged
-- since: 150000
-- from
CREATE SEQUENCE s;
-- to
CREATE UNLOGGED SEQUENCE s;
-- pair: owner and grants
-- from
CREATE SEQUENCE s;
-- to
CREATE SEQUENCE s;
ALTER SEQUENCE s OWNER TO rev_owner;
GRANT USAGE ON SEQUENCE s TO rev_reader;
COMMENT ON SEQUENCE s IS 'numbers';
-- pair: owned by comes and goes
-- from
CREATE TABLE t (a integer, b integer);
CREATE SEQUENCE s OWNED BY t.a;
CREATE SEQUENCE q;
-- to
CREATE TABLE t (a integer, b integer);
CREATE SEQUENCE s;
CREATE SEQUENCE q OWNED BY t.b;
-- pair: table goes, its sequence goes to another
-- from
CREATE TABLE t (a serial);
CREATE TABLE u (a integer);
-- to
CREATE TABLE u (a integer);
CREATE SEQUENCE t_a_seq AS integer OWNED BY u.a;
ALTER TABLE u ALTER a SET DEFAULT nextval('t_a_seq');
-- rows
INSERT INTO u VALUES (1);
-- pair: used by a view
-- from
CREATE SEQUENCE s;
CREATE VIEW v AS SELECT last_value FROM s;
-- to
CREATE SEQUENCE s INCREMENT 2;
CREATE VIEW v AS SELECT last_value FROM s;
