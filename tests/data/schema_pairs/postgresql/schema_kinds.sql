-- pair: comes with things
-- from
CREATE TABLE t (a integer);
-- to
CREATE TABLE t (a integer);
CREATE SCHEMA s;
CREATE TABLE s.t (id serial PRIMARY KEY);
GRANT USAGE ON SCHEMA s TO rev_reader;
COMMENT ON SCHEMA s IS 's';
-- pair: owner and grants
-- from
CREATE SCHEMA s;
-- to
CREATE SCHEMA s AUTHORIZATION rev_owner;
GRANT CREATE, USAGE ON SCHEMA s TO rev_reader WITH GRANT OPTION;
-- pair: renamed
-- rename: schema s = z
-- from
CREATE SCHEMA s;
CREATE TABLE s.t (id serial PRIMARY KEY, e text);
CREATE VIEW s.v AS SELECT id FROM s.t;
CREATE VIEW w AS SELECT * FROM s.v;
-- to
CREATE SCHEMA z;
CREATE TABLE z.t (id serial PRIMARY KEY, e text);
CREATE VIEW z.v AS SELECT id FROM z.t;
CREATE VIEW w AS SELECT * FROM z.v;
-- rows
INSERT INTO s.t (e) VALUES ('x');
-- pair: public itself
-- from
COMMENT ON SCHEMA public IS 'ours';
-- to
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO rev_reader;
COMMENT ON SCHEMA public IS 'theirs';
ALTER SCHEMA public OWNER TO rev_owner;
