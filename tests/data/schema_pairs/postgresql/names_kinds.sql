-- pair: index names swap, and constraint names between two tables
-- from
CREATE TABLE a (x integer CONSTRAINT u1 UNIQUE, y integer CONSTRAINT c1 CHECK (y > 1)); CREATE TABLE b (x integer CONSTRAINT u2 UNIQUE, y integer CONSTRAINT c2 CHECK (y > 2));
CREATE INDEX i1 ON a (y); CREATE INDEX i2 ON b (y);
-- to
CREATE TABLE a (x integer CONSTRAINT u2 UNIQUE, y integer CONSTRAINT c2 CHECK (y > 1)); CREATE TABLE b (x integer CONSTRAINT u1 UNIQUE, y integer CONSTRAINT c1 CHECK (y > 2));
CREATE INDEX i2 ON a (y); CREATE INDEX i1 ON b (y);
-- rows
INSERT INTO a VALUES (1, 2); INSERT INTO b VALUES (1, 3);
-- pair: two tables swap names and a foreign key between them
-- loses: public.a
-- loses: public.b
-- rename: table public.a = public.b
-- rename: table public.b = public.a
-- from
CREATE TABLE a (id integer CONSTRAINT a_pk PRIMARY KEY, x text);
CREATE TABLE b (id integer CONSTRAINT b_pk PRIMARY KEY, a_id integer CONSTRAINT fk REFERENCES a);
CREATE VIEW v AS SELECT b.id, a.x FROM a JOIN b ON a.id = a_id;
-- to
CREATE TABLE b (id integer CONSTRAINT a_pk PRIMARY KEY, x text);
CREATE TABLE a (id integer CONSTRAINT b_pk PRIMARY KEY, a_id integer CONSTRAINT fk REFERENCES b);
CREATE VIEW v AS SELECT a.id, b.x FROM b JOIN a ON b.id = a_id;
-- rows
INSERT INTO a VALUES (1, 'x'); INSERT INTO b VALUES (5, 1);
-- pair: table moved to another schema with all on it
-- rename: table public.t = s.t
-- from
CREATE SCHEMA s;
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (id serial PRIMARY KEY, k e DEFAULT 'a', n text UNIQUE);
CREATE TABLE c (id integer PRIMARY KEY, t_id integer REFERENCES t);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tf();
CREATE VIEW v AS SELECT id FROM t;
CREATE INDEX t_k ON t (k);
GRANT SELECT ON t TO rev_reader;
-- to
CREATE SCHEMA s;
CREATE TYPE e AS ENUM ('a');
CREATE TABLE s.t (id serial PRIMARY KEY, k e DEFAULT 'a', n text UNIQUE);
CREATE TABLE c (id integer PRIMARY KEY, t_id integer REFERENCES s.t);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE ON s.t FOR EACH ROW EXECUTE FUNCTION tf();
CREATE VIEW v AS SELECT id FROM s.t;
CREATE INDEX t_k ON s.t (k);
GRANT SELECT ON s.t TO rev_reader;
-- rows
INSERT INTO t (n) VALUES ('a'); INSERT INTO c VALUES (1, 1);
-- pair: type and function moved to another schema under a table
-- rename: enum_type public.e = s.e
-- from
CREATE SCHEMA s; CREATE TYPE e AS ENUM ('a', 'b'); CREATE FUNCTION f(x e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 IS NULL';
CREATE TABLE t (id integer, k e DEFAULT 'a' CHECK (f(k) IS NOT NULL));
-- to
CREATE SCHEMA s; CREATE TYPE s.e AS ENUM ('a', 'b'); CREATE FUNCTION s.f(x s.e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 IS NULL';
CREATE TABLE t (id integer, k s.e DEFAULT 'a' CHECK (s.f(k) IS NOT NULL));
-- rows
INSERT INTO t VALUES (1, 'b');
-- pair: sequence becomes table and a type takes its name
-- from
CREATE SEQUENCE x; CREATE TYPE y AS ENUM ('a'); CREATE TABLE z (id integer DEFAULT nextval('x'));
-- to
CREATE TABLE x (id integer); CREATE TABLE y (id integer); CREATE TABLE z (id integer DEFAULT 5); CREATE SEQUENCE q OWNED BY z.id;
-- rows
INSERT INTO z DEFAULT VALUES;
-- pair: view becomes partitioned table, table becomes matview, matview becomes view
-- from
CREATE VIEW a AS SELECT 1 AS x; CREATE TABLE b (x integer); CREATE MATERIALIZED VIEW c AS SELECT 1 AS x;
-- to
CREATE TABLE a (x integer) PARTITION BY HASH (x); CREATE TABLE a0 PARTITION OF a FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE MATERIALIZED VIEW b AS SELECT 1 AS x; CREATE VIEW c AS SELECT 1 AS x;
-- loses: public.b
-- pair: function used by index and by check replaced by one of the same name in another schema
-- from
CREATE SCHEMA lib; CREATE FUNCTION norm(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
CREATE TABLE t (id integer, n text CHECK (norm(n) <> '')); CREATE UNIQUE INDEX t_n ON t (norm(n));
-- to
CREATE SCHEMA lib; CREATE FUNCTION lib.norm(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
CREATE TABLE t (id integer, n text CHECK (lib.norm(n) <> '')); CREATE UNIQUE INDEX t_n ON t (lib.norm(n));
-- rows
INSERT INTO t VALUES (1, 'A');
-- pair: index of the same words on another table
-- from
CREATE TABLE a (x integer, y integer);
CREATE TABLE b (x integer, y integer);
CREATE INDEX i ON a (y);
CREATE UNIQUE INDEX j ON b (x) WHERE y > 1;
-- to
CREATE TABLE a (x integer, y integer);
CREATE TABLE b (x integer, y integer);
CREATE INDEX i ON b (y);
CREATE UNIQUE INDEX j ON a (x) WHERE y > 1;
-- rows
INSERT INTO a VALUES (1, 2);
