-- pair: three levels of partitions, the middle one gets another key, the leaves go to another
-- loses: public.p1b
-- loses: public.p1a1
-- loses: public.p1a
-- from
CREATE TABLE p (id integer NOT NULL, n integer NOT NULL, m integer NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10) PARTITION BY LIST (n);
CREATE TABLE p1a PARTITION OF p1 FOR VALUES IN (1) PARTITION BY LIST (m);
CREATE TABLE p1a1 PARTITION OF p1a FOR VALUES IN (1);
CREATE TABLE p1a2 PARTITION OF p1a DEFAULT;
CREATE TABLE p1b PARTITION OF p1 DEFAULT;
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
-- to
CREATE TABLE p (id integer NOT NULL, n integer NOT NULL, m integer NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (m);
CREATE TABLE p1a PARTITION OF p1 FOR VALUES FROM (0) TO (5) PARTITION BY LIST (n);
CREATE TABLE p1a1 PARTITION OF p1a DEFAULT;
CREATE TABLE p1b PARTITION OF p1 DEFAULT;
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
-- rows
INSERT INTO p VALUES (1, 1, 1), (2, 1, 2), (3, 2, 1), (12, 1, 1);
-- pair: plain table becomes partitioned and renamed, its name goes to another
-- rename: table public.t = public.t_old
-- from
CREATE TABLE t (id integer PRIMARY KEY, x text);
CREATE TABLE c (id integer PRIMARY KEY, t_id integer REFERENCES t);
CREATE VIEW v AS SELECT * FROM t;
-- to
CREATE TABLE t_old (id integer CONSTRAINT t_pkey PRIMARY KEY, x text) PARTITION BY RANGE (id);
CREATE TABLE t_all PARTITION OF t_old DEFAULT;
CREATE TABLE t (id bigint, z text);
CREATE TABLE c (id integer PRIMARY KEY, t_id integer REFERENCES t_old);
CREATE VIEW v AS SELECT * FROM t_old;
-- rows
INSERT INTO t VALUES (1, 'a'), (2, 'b');
INSERT INTO c VALUES (1, 1), (2, 2);
-- pair: swapped names, one of them partitioned anew
-- rename: table public.a = public.b
-- rename: table public.b = public.a
-- from
CREATE TABLE a (id integer NOT NULL, x text) PARTITION BY RANGE (id);
CREATE TABLE a1 PARTITION OF a DEFAULT;
CREATE TABLE b (id integer NOT NULL, y integer);
CREATE VIEW va AS SELECT id, x FROM a;
CREATE VIEW vb AS SELECT id, y FROM b;
-- to
CREATE TABLE b (id integer NOT NULL, x text) PARTITION BY LIST (id);
CREATE TABLE a1 PARTITION OF b DEFAULT;
CREATE TABLE a (id integer NOT NULL, y integer) PARTITION BY HASH (id);
CREATE TABLE a_0 PARTITION OF a FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE VIEW va AS SELECT id, x FROM b;
CREATE VIEW vb AS SELECT id, y FROM a;
-- rows
INSERT INTO a VALUES (1, 'a'), (2, 'b');
INSERT INTO b VALUES (3, 4);
-- pair: foreign keys in a circle between two tables that are made anew
-- from
CREATE TABLE a (id integer PRIMARY KEY, b_id integer);
CREATE TABLE b (id integer PRIMARY KEY, a_id integer REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b;
CREATE TABLE c (id integer REFERENCES a, b integer REFERENCES b ON DELETE CASCADE);
-- to
CREATE TABLE a (id integer PRIMARY KEY, b_id integer) PARTITION BY RANGE (id);
CREATE TABLE a_all PARTITION OF a DEFAULT;
CREATE TABLE b (id integer PRIMARY KEY, a_id integer REFERENCES a) PARTITION BY HASH (id);
CREATE TABLE b_0 PARTITION OF b FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE b_1 PARTITION OF b FOR VALUES WITH (MODULUS 2, REMAINDER 1);
ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b;
CREATE TABLE c (id integer REFERENCES a, b integer REFERENCES b ON DELETE CASCADE);
-- rows
INSERT INTO a VALUES (1, NULL), (2, NULL);
INSERT INTO b VALUES (1, 2), (2, 1);
UPDATE a SET b_id = id;
INSERT INTO c VALUES (1, 1), (2, 2);
-- pair: self reference of a table that is made anew, with deferrable key and cascade
-- from
CREATE TABLE a (id integer PRIMARY KEY, up integer REFERENCES a ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
-- to
CREATE TABLE a (id integer PRIMARY KEY, up integer REFERENCES a ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED) PARTITION BY RANGE (id);
CREATE TABLE a_lo PARTITION OF a FOR VALUES FROM (MINVALUE) TO (2);
CREATE TABLE a_hi PARTITION OF a FOR VALUES FROM (2) TO (MAXVALUE);
-- rows
INSERT INTO a VALUES (1, NULL), (2, 1), (3, 2);
-- pair: heirs of a table, which becomes partitioned: the heirs become partitions
-- pg_dump differs
-- from
CREATE TABLE m (id integer NOT NULL, d date NOT NULL);
CREATE TABLE m1 (CHECK (id < 10)) INHERITS (m);
CREATE TABLE m2 (CHECK (id >= 10)) INHERITS (m);
CREATE INDEX ON m1 (d);
CREATE INDEX ON m2 (d);
-- to
CREATE TABLE m (id integer NOT NULL, d date NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (MINVALUE) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (MAXVALUE);
CREATE INDEX ON m (d);
-- rows
INSERT INTO m1 VALUES (1, '2020-01-01'), (2, '2020-01-02');
INSERT INTO m2 VALUES (11, '2020-01-01');
-- pair: heirs keep their table, which becomes plain from partitioned; two levels
-- pg_dump differs
-- from
CREATE TABLE m (id integer NOT NULL, d integer NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (MINVALUE) TO (10) PARTITION BY LIST (d);
CREATE TABLE m1a PARTITION OF m1 FOR VALUES IN (1);
CREATE TABLE m1b PARTITION OF m1 DEFAULT;
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (MAXVALUE);
-- to
CREATE TABLE m (id integer NOT NULL, d integer NOT NULL);
CREATE TABLE m1 () INHERITS (m);
CREATE TABLE m1a () INHERITS (m1);
CREATE TABLE m1b () INHERITS (m1);
CREATE TABLE m2 () INHERITS (m);
-- rows
INSERT INTO m VALUES (1, 1), (2, 2), (11, 3);
-- pair: identity moves to another column and a sequence to another table, which is made anew
-- from
CREATE TABLE t (id integer NOT NULL, n serial, o integer GENERATED BY DEFAULT AS IDENTITY);
CREATE TABLE u (id integer NOT NULL, k integer);
-- to
CREATE TABLE t (id integer NOT NULL GENERATED BY DEFAULT AS IDENTITY, n integer NOT NULL, o integer NOT NULL);
CREATE SEQUENCE t_n_seq AS integer;
CREATE TABLE u (id integer NOT NULL, k integer DEFAULT nextval('t_n_seq')) PARTITION BY RANGE (id);
CREATE TABLE u1 PARTITION OF u DEFAULT;
ALTER SEQUENCE t_n_seq OWNED BY u.k;
-- rows
INSERT INTO t (id) VALUES (1), (2), (7);
INSERT INTO u VALUES (1, 2);
-- pair: a view over a view with rules, triggers, grants, comments over a table made anew
-- from
CREATE TABLE t (id integer NOT NULL, x text, y text);
CREATE VIEW v AS SELECT id, x, y FROM t;
CREATE VIEW w WITH (security_barrier) AS SELECT id, x FROM v WHERE y IS NOT NULL WITH LOCAL CHECK OPTION;
CREATE RULE r AS ON INSERT TO w DO INSTEAD INSERT INTO t VALUES (new.id, new.x);
CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO v VALUES (NEW.id, NEW.x, NULL); RETURN NEW; END';
CREATE TRIGGER tr INSTEAD OF UPDATE ON v FOR EACH ROW EXECUTE FUNCTION trg();
COMMENT ON COLUMN w.x IS 'hm';
COMMENT ON RULE r ON w IS 'a rule';
COMMENT ON TRIGGER tr ON v IS 'a trigger';
ALTER VIEW w ALTER COLUMN x SET DEFAULT 'd';
GRANT SELECT (x), UPDATE ON w TO PUBLIC;
CREATE MATERIALIZED VIEW mv AS SELECT id FROM w;
CREATE UNIQUE INDEX mvi ON mv (id);
ALTER MATERIALIZED VIEW mv CLUSTER ON mvi;
-- to
CREATE TABLE t (id integer NOT NULL, x varchar(20), z text) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t DEFAULT;
CREATE VIEW v AS SELECT id, x, z AS y FROM t;
CREATE VIEW w WITH (security_barrier) AS SELECT id, x FROM v WHERE y IS NOT NULL WITH LOCAL CHECK OPTION;
CREATE RULE r AS ON INSERT TO w DO INSTEAD INSERT INTO t VALUES (new.id, new.x);
CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO v VALUES (NEW.id, NEW.x, NULL); RETURN NEW; END';
CREATE TRIGGER tr INSTEAD OF UPDATE ON v FOR EACH ROW EXECUTE FUNCTION trg();
COMMENT ON COLUMN w.x IS 'hm';
COMMENT ON RULE r ON w IS 'a rule';
COMMENT ON TRIGGER tr ON v IS 'a trigger';
ALTER VIEW w ALTER COLUMN x SET DEFAULT 'd';
GRANT SELECT (x), UPDATE ON w TO PUBLIC;
CREATE MATERIALIZED VIEW mv AS SELECT id FROM w;
CREATE UNIQUE INDEX mvi ON mv (id);
ALTER MATERIALIZED VIEW mv CLUSTER ON mvi;
-- rows
INSERT INTO t VALUES (1, 'a', 'b');
-- pair: publication with filters and columns, statistics, policies of a table made anew
-- from
CREATE TABLE t (id integer PRIMARY KEY, x text, y integer);
CREATE TABLE o (id integer PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t (id, x) WHERE (id > 3), o;
CREATE STATISTICS s (dependencies) ON x, y FROM t;
ALTER STATISTICS s SET STATISTICS 40;
COMMENT ON STATISTICS s IS 'stat';
CREATE POLICY pol ON t FOR SELECT USING (y > 1);
COMMENT ON POLICY pol ON t IS 'pol';
ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE t ALTER y SET STATISTICS 30, ALTER x SET STORAGE EXTERNAL;
ALTER TABLE t REPLICA IDENTITY FULL;
-- to
CREATE TABLE t (id integer PRIMARY KEY, x text, y integer) PARTITION BY HASH (id);
CREATE TABLE t0 PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE o (id integer PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t (id, x, y) WHERE (id > 4), o WITH (publish_via_partition_root);
CREATE STATISTICS s (dependencies) ON x, y FROM t;
ALTER STATISTICS s SET STATISTICS 40;
COMMENT ON STATISTICS s IS 'stat';
CREATE POLICY pol ON t FOR SELECT USING (y > 1);
COMMENT ON POLICY pol ON t IS 'pol';
ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE t ALTER y SET STATISTICS 30, ALTER x SET STORAGE EXTERNAL;
ALTER TABLE t REPLICA IDENTITY FULL;
-- rows
INSERT INTO t VALUES (1, 'a', 2);
-- pair: things of one name in two schemas, one table made anew, the other renamed into its place
-- rename: table two.t = two.u
-- from
CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE TYPE one.k AS ENUM ('a', 'b', 'c');
CREATE TYPE two.k AS ENUM ('a', 'b', 'c');
CREATE TABLE one.t (id integer NOT NULL, k one.k, l two.k);
CREATE TABLE two.t (id integer NOT NULL, k one.k, l two.k);
CREATE VIEW one.v AS SELECT t.id, u.k FROM one.t t JOIN two.t u USING (id);
-- to
CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE TYPE one.k AS ENUM ('a', 'b');
CREATE TYPE two.k AS ENUM ('b', 'a');
CREATE TABLE one.t (id integer NOT NULL, k one.k, l two.k) PARTITION BY RANGE (id);
CREATE TABLE one.t1 PARTITION OF one.t DEFAULT;
CREATE TABLE two.u (id integer NOT NULL, k one.k, l two.k) PARTITION BY RANGE (id);
CREATE TABLE two.t PARTITION OF two.u DEFAULT;
CREATE VIEW one.v AS SELECT t.id, u.k FROM one.t t JOIN two.u u USING (id);
-- rows
INSERT INTO one.t VALUES (1, 'a', 'b');
INSERT INTO two.t VALUES (1, 'b', 'a');
-- pair: typed table of a type whose attribute is of an enum made anew, with a view and a check
-- from
CREATE TYPE k AS ENUM ('a', 'b', 'c');
CREATE TYPE c AS (id integer, k k);
CREATE TABLE t OF c (PRIMARY KEY (id), CHECK (k <> 'b'));
CREATE TABLE h (x c, y c[]);
CREATE VIEW v AS SELECT k, (h.x).k AS kk FROM t, h;
-- to
CREATE TYPE k AS ENUM ('b', 'a');
CREATE TYPE c AS (id integer, k k);
CREATE TABLE t OF c (PRIMARY KEY (id), CHECK (k <> 'b'));
CREATE TABLE h (x c, y c[]);
CREATE VIEW v AS SELECT k, (h.x).k AS kk FROM t, h;
-- rows
INSERT INTO t VALUES (1, 'a');
INSERT INTO h VALUES ((1, 'b'), ARRAY[(1, 'a')::c]);
-- pair: generated column of a renamed column in a table made anew
-- rename: column public.t.a = public.t.b
-- from
CREATE TABLE t (id integer NOT NULL, a integer, g integer GENERATED ALWAYS AS (a + 1) STORED);
CREATE INDEX ON t (g);
CREATE VIEW v AS SELECT g, a FROM t;
-- to
CREATE TABLE t (id integer NOT NULL, b bigint, g bigint GENERATED ALWAYS AS (b + 1) STORED) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t DEFAULT;
CREATE INDEX ON t (g);
CREATE VIEW v AS SELECT g, b FROM t;
-- rows
INSERT INTO t VALUES (1, 3);
-- pair: an enum is renamed and made anew, with domain over it also renamed, table made anew
-- rename: enum_type public.k = public.kind
-- rename: domain public.d = public.dom
-- from
CREATE TYPE k AS ENUM ('a', 'b', 'c');
CREATE DOMAIN d AS k DEFAULT 'a' CHECK (VALUE <> 'c');
CREATE TABLE t (id integer NOT NULL, k k DEFAULT 'b', d d, ds d[]);
CREATE FUNCTION f(d) RETURNS k LANGUAGE sql AS 'SELECT $1';
-- to
CREATE TYPE kind AS ENUM ('b', 'a');
CREATE DOMAIN dom AS kind DEFAULT 'b' CHECK (VALUE <> 'a');
CREATE TABLE t (id integer NOT NULL, k kind DEFAULT 'b', d dom, ds dom[]) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t DEFAULT;
CREATE FUNCTION f(dom) RETURNS kind LANGUAGE sql AS 'SELECT $1';
-- rows
INSERT INTO t VALUES (1, 'a', 'b', '{b}');
-- pair: an extension's type and index beside a table made anew
-- from
CREATE EXTENSION citext;
CREATE EXTENSION btree_gist;
CREATE TABLE t (id integer NOT NULL, c citext, EXCLUDE USING gist (id WITH =));
CREATE INDEX ON t (c);
-- to
CREATE EXTENSION hstore;
CREATE TABLE t (id integer NOT NULL, c text, h hstore) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t DEFAULT;
CREATE INDEX ON t (c);
CREATE INDEX ON t USING gin (h);
-- rows
INSERT INTO t VALUES (1, 'Ab');
-- pair: a function returns another type, as used by all sorts of things over two tables
-- from
CREATE FUNCTION f(integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT $1 + 1';
CREATE TABLE t (id integer NOT NULL, n integer DEFAULT f(3), g integer GENERATED ALWAYS AS (f(id)) STORED, CHECK (f(id) > 0), EXCLUDE (f(id) WITH =));
CREATE INDEX ti ON t (f(n));
CREATE STATISTICS s ON (f(id)), (f(n)) FROM t;
CREATE DOMAIN d AS integer DEFAULT f(1) CHECK (f(VALUE) > 0);
CREATE TABLE u (d d, e d[]);
CREATE VIEW v AS SELECT f(id) AS f FROM t;
CREATE FUNCTION h(i integer DEFAULT f(2)) RETURNS integer LANGUAGE sql RETURN f(i);
CREATE VIEW w AS SELECT h(f) FROM v;
CREATE POLICY p ON t USING (f(id) = 1) WITH CHECK (h() = 2);
-- to
CREATE FUNCTION f(integer) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT $1 + 1::bigint';
CREATE TABLE t (id integer NOT NULL, n integer DEFAULT f(3), g integer GENERATED ALWAYS AS (f(id)) STORED, CHECK (f(id) > 0), EXCLUDE (f(id) WITH =));
CREATE INDEX ti ON t (f(n));
CREATE STATISTICS s ON (f(id)), (f(n)) FROM t;
CREATE DOMAIN d AS integer DEFAULT f(1) CHECK (f(VALUE) > 0);
CREATE TABLE u (d d, e d[]);
CREATE VIEW v AS SELECT f(id) AS f FROM t;
CREATE FUNCTION h(i integer DEFAULT f(2)) RETURNS integer LANGUAGE sql RETURN f(i);
CREATE VIEW w AS SELECT h(f::int) FROM v;
CREATE POLICY p ON t USING (f(id) = 1) WITH CHECK (h() = 2);
-- rows
INSERT INTO t (id, n) VALUES (1, 3);
INSERT INTO u VALUES (1, '{2}');
-- pair: three-level inheritance, the middle goes, columns move, parent's enum is made anew
-- pg_dump differs
-- loses: public.b
-- from
CREATE TYPE k AS ENUM ('a', 'b', 'c');
CREATE TABLE a (id integer, k k);
CREATE TABLE b (x text) INHERITS (a);
CREATE TABLE c (y text) INHERITS (b);
-- to
CREATE TYPE k AS ENUM ('b', 'a');
CREATE TABLE a (id bigint, k k);
CREATE TABLE c (x text, y text) INHERITS (a);
-- rows
INSERT INTO a VALUES (1, 'a');
INSERT INTO c VALUES (1, 'b', 'x', 'y');
-- pair: rows of a table made anew are held elsewhere
-- from
CREATE TABLE t (id integer NOT NULL, x text);
CREATE TYPE c AS (r t, n integer);
CREATE DOMAIN d AS t;
CREATE TABLE h (r t, rs t[], c c, d d);
CREATE FUNCTION f(t) RETURNS SETOF t LANGUAGE sql AS 'SELECT $1';
CREATE VIEW v AS SELECT (r).x, f(r) FROM h;
-- to
CREATE TABLE t (id integer NOT NULL, x text) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t DEFAULT;
CREATE TYPE c AS (r t, n integer);
CREATE DOMAIN d AS t;
CREATE TABLE h (r t, rs t[], c c, d d);
CREATE FUNCTION f(t) RETURNS SETOF t LANGUAGE sql AS 'SELECT $1';
CREATE VIEW v AS SELECT (r).x, f(r) FROM h;
-- rows
INSERT INTO t VALUES (1, 'x');
INSERT INTO h VALUES ((1, 'a'), ARRAY[(2, 'b')::t], ((3, 'c')::t, 4), (4, 'd'));
-- pair: a new table takes the place of the old one
-- rename: table public.users_new = public.users
-- loses: public.users
-- from
CREATE TABLE users (id integer PRIMARY KEY, name text);
CREATE TABLE users_new (id bigint, name text, mail text);
CREATE VIEW v AS SELECT id, mail FROM users_new;
-- to
CREATE TABLE users (id bigint, name text, mail text);
CREATE VIEW v AS SELECT id, mail FROM users;
-- rows
INSERT INTO users VALUES (1, 'a');
INSERT INTO users_new VALUES (1, 'a', 'm'), (2, 'b', 'n');
-- pair: a new column takes the place of the old one
-- rename: column public.t.fresh = public.t.name
-- loses: public.t.name
-- from
CREATE TABLE t (id integer, name varchar(20), fresh text DEFAULT 'x');
CREATE INDEX t_name ON t (name);
-- to
CREATE TABLE t (id integer, name text DEFAULT 'x');
-- rows
INSERT INTO t VALUES (1, 'a', 'b');
-- pair: a hash partition key of an enum, which is made anew
-- loses: public.p0
-- loses: public.p1
-- from
CREATE TYPE k AS ENUM ('a', 'b', 'c', 'd', 'e', 'f');
CREATE TABLE p (id integer NOT NULL, k k) PARTITION BY HASH (k);
CREATE TABLE p0 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE p1 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 1);
-- to
CREATE TYPE k AS ENUM ('f', 'e', 'd', 'c', 'b', 'a');
CREATE TABLE p (id integer NOT NULL, k k) PARTITION BY HASH (k);
CREATE TABLE p0 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE p1 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 1);
-- rows
INSERT INTO p VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd'), (5, 'e'), (6, 'f');
-- pair: a range partition key of an enum, whose labels change places
-- loses: public.p0
-- loses: public.p1
-- from
CREATE TYPE k AS ENUM ('a', 'b', 'c', 'd');
CREATE TABLE p (id integer NOT NULL, k k NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE p0 PARTITION OF p FOR VALUES FROM ('a') TO ('c');
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('c') TO (MAXVALUE);
-- to
CREATE TYPE k AS ENUM ('a', 'c', 'b', 'd');
CREATE TABLE p (id integer NOT NULL, k k NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE p0 PARTITION OF p FOR VALUES FROM ('a') TO ('b');
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('b') TO (MAXVALUE);
-- rows
INSERT INTO p VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd');
-- pair: partition key calls a function made anew
-- from
CREATE FUNCTION h(i integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT i % 10';
CREATE TABLE p (id integer, t text) PARTITION BY RANGE (h(id));
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (5);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (5) TO (15);
-- to
CREATE FUNCTION h(i integer) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT i % 10';
CREATE TABLE p (id integer, t text) PARTITION BY RANGE (h(id));
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (5);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (5) TO (15);
-- rows
INSERT INTO p VALUES (3, 'a'), (7, 'b'), (13, 'c');
-- pair: partition key's function changes its body
-- from
CREATE FUNCTION h(i integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT i % 10';
CREATE TABLE p (id integer, t text) PARTITION BY RANGE (h(id));
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (5);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (5) TO (15);
-- to
CREATE FUNCTION h(i integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT abs(i) % 10';
CREATE TABLE p (id integer, t text) PARTITION BY RANGE (h(id));
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (5);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (5) TO (15);
-- rows
INSERT INTO p VALUES (3, 'a'), (7, 'b'), (13, 'c');
-- pair: partition key's function gets another name
-- from
CREATE FUNCTION h(i integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT i % 10';
CREATE TABLE p (id integer, t text) PARTITION BY LIST (h(id));
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1, 2, 3, 4);
CREATE TABLE p2 PARTITION OF p DEFAULT;
CREATE INDEX p_i ON p (t);
-- to
CREATE FUNCTION g(i integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT i % 10';
CREATE TABLE p (id integer, t text) PARTITION BY LIST (g(id));
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1, 2, 3, 4);
CREATE TABLE p2 PARTITION OF p DEFAULT;
CREATE INDEX p_i ON p (t);
-- rows
INSERT INTO p VALUES (3, 'a'), (7, 'b'), (13, 'c');
-- pair: typed table whose attributes change places
-- loses: public.c.s
-- from
CREATE TYPE k AS ENUM ('a', 'b');
CREATE TYPE spot AS (x integer, y k);
CREATE TABLE b OF spot (PRIMARY KEY (x));
CREATE TABLE c (s spot, ss spot[]);
-- to
CREATE TYPE k AS ENUM ('b', 'a');
CREATE TYPE spot AS (y k, x integer);
CREATE TABLE b OF spot (PRIMARY KEY (x));
CREATE TABLE c (s spot);
-- rows
INSERT INTO b VALUES (1, 'a'), (2, 'b');
INSERT INTO c VALUES ('(3,b)');
-- pair: a generated column of a partitioned table becomes plain over two levels
-- from
CREATE TABLE p (id integer, m integer, g integer GENERATED ALWAYS AS (id * 2) STORED) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (5) PARTITION BY LIST (m);
CREATE TABLE p11 PARTITION OF p1 DEFAULT;
-- to
CREATE TABLE p (id integer, m integer, g integer) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (5) PARTITION BY LIST (m);
CREATE TABLE p11 PARTITION OF p1 DEFAULT;
-- rows
INSERT INTO p VALUES (3, 1), (4, 2);
-- pair: identity of a partitioned table over two levels
-- since: 170000
-- from
CREATE TABLE p (id integer GENERATED ALWAYS AS IDENTITY, m integer) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (5) PARTITION BY LIST (m);
CREATE TABLE p11 PARTITION OF p1 DEFAULT;
-- to
CREATE TABLE p (id integer NOT NULL, m integer) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (5) PARTITION BY LIST (m);
CREATE TABLE p11 PARTITION OF p1 DEFAULT;
-- rows
INSERT INTO p (m) VALUES (3), (4);
-- pair: identity of a partitioned table changes, and of one that gets a partition
-- since: 170000
-- from
CREATE TABLE p (id integer GENERATED ALWAYS AS IDENTITY, m integer) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (5);
CREATE TABLE q (id integer GENERATED ALWAYS AS IDENTITY, m integer) PARTITION BY RANGE (id);
-- to
CREATE TABLE p (id integer GENERATED BY DEFAULT AS IDENTITY (INCREMENT 5), m integer) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (5);
CREATE TABLE q (id integer GENERATED ALWAYS AS IDENTITY, m integer) PARTITION BY RANGE (id);
CREATE TABLE q1 PARTITION OF q FOR VALUES FROM (0) TO (5);
-- rows
INSERT INTO p (m) VALUES (3), (4);
-- pair: a generated column of a partitioned table becomes plain over three levels, with a key and an index
-- from
CREATE TABLE p (id integer, m integer, g integer GENERATED ALWAYS AS (id * 2) STORED, PRIMARY KEY (id, m)) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (5) PARTITION BY LIST (m);
CREATE TABLE p11 PARTITION OF p1 DEFAULT PARTITION BY RANGE (id);
CREATE TABLE p111 PARTITION OF p11 DEFAULT;
CREATE INDEX ON p (g);
CREATE TABLE r (id integer, m integer, FOREIGN KEY (id, m) REFERENCES p);
-- to
CREATE TABLE p (id integer, m integer, g integer, PRIMARY KEY (id, m)) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (5) PARTITION BY LIST (m);
CREATE TABLE p11 PARTITION OF p1 DEFAULT PARTITION BY RANGE (id);
CREATE TABLE p111 PARTITION OF p11 DEFAULT;
CREATE INDEX ON p (g);
CREATE TABLE r (id integer, m integer, FOREIGN KEY (id, m) REFERENCES p);
-- rows
INSERT INTO p VALUES (3, 1), (4, 2); INSERT INTO r VALUES (3, 1);
