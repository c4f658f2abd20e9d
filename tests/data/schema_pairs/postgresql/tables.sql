-- pair: options, unlogged, access
-- from
CREATE TABLE t (a integer) WITH (autovacuum_enabled = off, fillfactor = 70);
CREATE UNLOGGED TABLE u (a integer PRIMARY KEY, b serial);
CREATE TABLE w (a text) WITH (toast.autovacuum_enabled = false);
-- to
CREATE TABLE t (a integer) WITH (fillfactor = 80, parallel_workers = 2);
CREATE TABLE u (a integer PRIMARY KEY, b serial);
CREATE TABLE w (a text) WITH (toast.vacuum_index_cleanup = 'off');
-- rows
INSERT INTO t VALUES (1);
INSERT INTO u VALUES (1);
INSERT INTO w VALUES ('x');
-- pair: inheritance comes and goes
-- pg_dump differs
-- from
CREATE TABLE p (a integer, CONSTRAINT pos CHECK (a > 0));
CREATE TABLE c1 (b text) INHERITS (p);
CREATE TABLE c2 (a integer, b text, CONSTRAINT pos CHECK (a > 0));
-- to
CREATE TABLE p (a integer, z text, CONSTRAINT pos CHECK (a > 0));
CREATE TABLE c1 (a integer, b text, CONSTRAINT pos CHECK (a > 0));
CREATE TABLE c2 (a integer, b text, z text, CONSTRAINT pos CHECK (a > 0));
ALTER TABLE c2 INHERIT p;
CREATE TABLE c3 (q integer DEFAULT 3, PRIMARY KEY (q)) INHERITS (p);
-- rows
INSERT INTO p VALUES (1);
INSERT INTO c1 VALUES (2, 'x');
INSERT INTO c2 VALUES (3, 'y');
-- loses: public.p
-- pair: inherited columns change with their table
-- from
CREATE TABLE p (a integer, b integer DEFAULT 1, c text, d text);
CREATE TABLE ch (e text) INHERITS (p);
CREATE TABLE gr () INHERITS (ch);
-- to
CREATE TABLE p (a bigint NOT NULL, b integer DEFAULT 2, d text, f integer DEFAULT 5, CHECK (a > 0));
CREATE TABLE ch (e text) INHERITS (p);
CREATE TABLE gr () INHERITS (ch);
ALTER TABLE gr ALTER b SET DEFAULT 7;
-- rows
INSERT INTO p VALUES (1, 2, 'c', 'd');
INSERT INTO ch VALUES (2, 3, 'c', 'd', 'e');
INSERT INTO gr VALUES (3, 3, 'c', 'd', 'e');
-- pair: two parents
-- pg_dump differs
-- from
CREATE TABLE p1 (a integer);
CREATE TABLE p2 (b integer);
CREATE TABLE c () INHERITS (p1, p2);
-- to
CREATE TABLE p1 (a integer);
CREATE TABLE p2 (b integer, a integer);
CREATE TABLE c () INHERITS (p1, p2);
CREATE TABLE d (a integer, x text) INHERITS (p2, p1);
-- rows
INSERT INTO c VALUES (1, 2);
-- pair: typed table
-- from
CREATE TYPE ty AS (a integer, b text);
CREATE TABLE t (a integer, b text);
CREATE TABLE u OF ty (PRIMARY KEY (a), b DEFAULT 'x' NOT NULL);
-- to
CREATE TYPE ty AS (a integer, b text);
CREATE TABLE t OF ty;
CREATE TABLE u (a integer PRIMARY KEY, b text NOT NULL DEFAULT 'x');
-- rows
INSERT INTO t VALUES (1, 'x');
-- pair: row security and policies
-- from
CREATE TABLE t (a integer, o text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p1 ON t FOR SELECT TO rev_reader USING (a > 0);
CREATE POLICY p2 ON t AS RESTRICTIVE USING (o = current_user);
CREATE POLICY p3 ON t FOR INSERT WITH CHECK (a > 1);
-- to
CREATE TABLE t (a integer, o text);
ALTER TABLE t FORCE ROW LEVEL SECURITY;
CREATE POLICY p1 ON t FOR SELECT TO rev_reader, rev_writer USING (a > 5);
CREATE POLICY p2 ON t AS PERMISSIVE USING (o = current_user) WITH CHECK (a < 10);
CREATE POLICY p4 ON t FOR UPDATE TO PUBLIC USING (a IN (SELECT a FROM t));
COMMENT ON POLICY p4 ON t IS 'p';
-- rows
INSERT INTO t VALUES (1, 'x');
-- pair: schemas come and go
-- from
CREATE SCHEMA a;
CREATE TABLE a.t (x integer);
CREATE FUNCTION a.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE u (y integer DEFAULT a.f());
-- to
CREATE SCHEMA b;
CREATE TABLE b.t (x integer);
CREATE FUNCTION b.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE u (y integer DEFAULT b.f());
COMMENT ON SCHEMA b IS 'bb';
ALTER SCHEMA b OWNER TO rev_owner;
GRANT USAGE ON SCHEMA b TO rev_reader;
-- rows
INSERT INTO u VALUES (1);
-- pair: table becomes a view and the other way round
-- from
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT 1 AS a;
-- to
CREATE TABLE v (a integer);
CREATE VIEW t AS SELECT a FROM v;
-- pair: comments on everything
-- from
CREATE TABLE t (a integer PRIMARY KEY, b text CHECK (b <> ''));
CREATE VIEW v AS SELECT a FROM t;
CREATE SEQUENCE s;
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
COMMENT ON TABLE t IS 'old';
COMMENT ON COLUMN t.a IS 'old';
-- to
CREATE TABLE t (a integer PRIMARY KEY, b text CHECK (b <> ''));
CREATE VIEW v AS SELECT a FROM t;
CREATE SEQUENCE s;
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
COMMENT ON TABLE t IS 'new ''quoted''';
COMMENT ON COLUMN t.b IS 'b';
COMMENT ON COLUMN v.a IS 'view column';
COMMENT ON VIEW v IS 'v';
COMMENT ON SEQUENCE s IS 's';
COMMENT ON FUNCTION f(integer) IS 'f';
COMMENT ON CONSTRAINT t_pkey ON t IS 'pk';
COMMENT ON CONSTRAINT t_b_check ON t IS 'ck';
COMMENT ON INDEX t_pkey IS 'pki';
COMMENT ON SCHEMA public IS 'pub';
-- pair: rename of a table with all that hangs on it
-- rename: table public.crew = public.staff
-- from
CREATE TABLE crew (id serial PRIMARY KEY, nm text NOT NULL UNIQUE, boss integer REFERENCES crew, CHECK (nm <> ''));
CREATE INDEX crew_lower ON crew (lower(nm));
CREATE VIEW v AS SELECT id, nm FROM crew;
CREATE TABLE ship (captain integer REFERENCES crew);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE INSERT ON crew FOR EACH ROW EXECUTE FUNCTION f();
GRANT SELECT ON crew TO rev_reader;
COMMENT ON TABLE crew IS 'c';
-- to
CREATE TABLE staff (id serial PRIMARY KEY, nm text NOT NULL UNIQUE, boss integer REFERENCES staff, CHECK (nm <> ''));
CREATE INDEX staff_lower ON staff (lower(nm));
CREATE VIEW v AS SELECT id, nm FROM staff;
CREATE TABLE ship (captain integer REFERENCES staff);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE INSERT ON staff FOR EACH ROW EXECUTE FUNCTION f();
GRANT SELECT ON staff TO rev_reader;
COMMENT ON TABLE staff IS 'c';
-- rows
INSERT INTO crew (nm, boss) VALUES ('a', 1), ('b', 1);
INSERT INTO ship VALUES (1);
-- pair: rename of columns, a swap, and a table at once
-- rename: column public.t.a = public.t.b
-- rename: column public.t.b = public.t.a
-- rename: column public.old.x = public.new.y
-- rename: table public.old = public.new
-- loses: public.t
-- from
CREATE TABLE t (a integer, b text, c integer GENERATED ALWAYS AS (a + 1) STORED, CHECK (a > 0));
CREATE TABLE old (id integer GENERATED ALWAYS AS IDENTITY, x integer NOT NULL);
CREATE INDEX ON old (x) WHERE x > 0;
-- to
CREATE TABLE t (b integer, a text, c integer GENERATED ALWAYS AS (b + 1) STORED, CHECK (b > 0));
CREATE TABLE new (id integer GENERATED ALWAYS AS IDENTITY, y integer NOT NULL);
CREATE INDEX ON new (y) WHERE y > 0;
-- rows
INSERT INTO t VALUES (1, 'x');
INSERT INTO old (x) VALUES (5);
-- pair: rename of a view, a type, a sequence, a function, a schema
-- rename: schema a = z
-- rename: view public.v = public.w
-- rename: enum_type public.mood = public.temper
-- rename: sequence public.s = public.s2
-- from
CREATE SCHEMA a;
CREATE TABLE a.t (x integer);
CREATE TYPE mood AS ENUM ('a');
CREATE SEQUENCE s;
CREATE TABLE t (m mood DEFAULT 'a', n integer DEFAULT nextval('s'));
CREATE VIEW v AS SELECT m FROM t;
-- to
CREATE SCHEMA z;
CREATE TABLE z.t (x integer);
CREATE TYPE temper AS ENUM ('a');
CREATE SEQUENCE s2;
CREATE TABLE t (m temper DEFAULT 'a', n integer DEFAULT nextval('s2'));
CREATE VIEW w AS SELECT m FROM t;
-- loses: public.t.m
-- rows
INSERT INTO a.t VALUES (1);
INSERT INTO t DEFAULT VALUES;
-- pair: plain table becomes partitioned
-- from
CREATE TABLE m (id integer NOT NULL, d date NOT NULL, CONSTRAINT m_pk PRIMARY KEY (id, d));
CREATE INDEX m_d ON m (d);
-- to
CREATE TABLE m (id integer NOT NULL, d date NOT NULL, CONSTRAINT m_pk PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CREATE TABLE m_all PARTITION OF m DEFAULT;
CREATE INDEX m_d ON m (d);
-- rows
INSERT INTO m VALUES (1, '2020-01-01'), (2, '2021-01-01');
