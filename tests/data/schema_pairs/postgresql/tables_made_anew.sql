-- pair: enum replaced, its column goes with the partition key
-- from
CREATE TYPE kind AS ENUM ('w', 'x', 'y');
CREATE TABLE parted (id integer NOT NULL, n integer NOT NULL, k kind DEFAULT 'x') PARTITION BY LIST (n);
CREATE TABLE part_1 PARTITION OF parted FOR VALUES IN (5, 6);
CREATE TABLE b (k kind);
-- to
CREATE TYPE kind AS ENUM ('y', 'x');
CREATE TABLE parted (id integer NOT NULL, n integer NOT NULL) PARTITION BY RANGE (n, id);
CREATE TABLE part_1 PARTITION OF parted FOR VALUES FROM (0, 0) TO (10, 0);
CREATE TABLE b (k kind);
-- rows
INSERT INTO parted VALUES (1, 5, 'x'), (2, 6, 'y');
INSERT INTO b VALUES ('x');
-- pair: domain and composite replaced, their columns go with the partition key
-- loses: public.b.l
-- from
CREATE DOMAIN d AS text CHECK (VALUE <> 'q');
CREATE TYPE c AS (a integer, b text);
CREATE TABLE parted (id integer NOT NULL, n integer NOT NULL, k d, l c, m c[]) PARTITION BY LIST (n);
CREATE TABLE part_1 PARTITION OF parted FOR VALUES IN (5, 6);
CREATE TABLE b (k d, l c);
-- to
CREATE DOMAIN d AS integer;
CREATE TYPE c AS (b text, a bigint);
CREATE TABLE parted (id integer NOT NULL, n integer NOT NULL, m c[]) PARTITION BY RANGE (n, id);
CREATE TABLE part_1 PARTITION OF parted FOR VALUES FROM (0, 0) TO (10, 0);
CREATE TABLE b (l c);
-- rows
INSERT INTO parted VALUES (1, 5, '7', (1, 'x'), NULL);
INSERT INTO b VALUES ('7', (1, 'y'));
-- pair: function of a default, a check, a generated column and an index goes beside the partition key
-- from
CREATE FUNCTION f(i integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT i + 1';
CREATE TABLE parted (id integer NOT NULL, n integer NOT NULL, k integer DEFAULT f(1), g integer GENERATED ALWAYS AS (f(id)) STORED, CHECK (f(id) > 0)) PARTITION BY LIST (n);
CREATE INDEX pi ON parted (f(id));
CREATE TABLE part_1 PARTITION OF parted FOR VALUES IN (5, 6);
-- to
CREATE FUNCTION f(i integer) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT i + 1::bigint';
CREATE TABLE parted (id integer NOT NULL, n integer NOT NULL) PARTITION BY RANGE (n, id);
CREATE TABLE part_1 PARTITION OF parted FOR VALUES FROM (0, 0) TO (10, 0);
-- rows
INSERT INTO parted VALUES (1, 5, 3);
-- pair: function of what stays beside the partition key is replaced
-- from
CREATE FUNCTION f(i integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT i + 1';
CREATE TABLE parted (id integer NOT NULL, n integer NOT NULL, k integer DEFAULT f(1), CHECK (f(id) > 0)) PARTITION BY LIST (n);
CREATE INDEX pi ON parted (f(id));
CREATE TABLE part_1 PARTITION OF parted FOR VALUES IN (5, 6);
-- to
CREATE FUNCTION f(i integer) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT i + 1::bigint';
CREATE TABLE parted (id integer NOT NULL, n integer NOT NULL, k integer DEFAULT f(1), CHECK (f(id) > 0)) PARTITION BY RANGE (n, id);
CREATE INDEX pi ON parted (f(id));
CREATE TABLE part_1 PARTITION OF parted FOR VALUES FROM (0, 0) TO (10, 0);
-- rows
INSERT INTO parted VALUES (1, 5, 3);
-- pair: collation and range replaced, their columns go with the partition key
-- from
CREATE COLLATION co (provider = icu, locale = 'de');
CREATE TYPE r AS RANGE (subtype = integer);
CREATE TABLE parted (id integer NOT NULL, n integer NOT NULL, t text COLLATE co, s r) PARTITION BY LIST (n);
CREATE TABLE part_1 PARTITION OF parted FOR VALUES IN (5, 6);
CREATE TABLE b (s r, t text COLLATE co);
-- to
CREATE COLLATION co (provider = icu, locale = 'en');
CREATE TYPE r AS RANGE (subtype = bigint);
CREATE TABLE parted (id integer NOT NULL, n integer NOT NULL) PARTITION BY RANGE (n, id);
CREATE TABLE part_1 PARTITION OF parted FOR VALUES FROM (0, 0) TO (10, 0);
CREATE TABLE b (s r, t text COLLATE co);
-- rows
INSERT INTO parted VALUES (1, 5, 'x', '[1,3)');
INSERT INTO b VALUES ('[1,3)', 'q');
-- pair: unpartitioned becomes partitioned, replaced types in dropped columns
-- from
CREATE TYPE kind AS ENUM ('w', 'x', 'y');
CREATE DOMAIN d AS kind;
CREATE TABLE t (id integer NOT NULL, k kind DEFAULT 'x', e d, ks d[]);
CREATE VIEW v AS SELECT k, e FROM t;
-- to
CREATE TYPE kind AS ENUM ('y', 'x');
CREATE DOMAIN d AS kind CHECK (VALUE <> 'y');
CREATE TABLE t (id integer NOT NULL, ks d[]) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
-- rows
INSERT INTO t VALUES (1, 'x', 'x', '{x}');
-- pair: trigger, policy, rule of replaced functions beside the partition key
-- from
CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION f(i integer) RETURNS integer STABLE LANGUAGE sql AS 'SELECT i + 1';
CREATE FUNCTION g(i integer) RETURNS boolean STABLE LANGUAGE sql AS 'SELECT true';
CREATE TABLE parted (id integer NOT NULL, n integer NOT NULL) PARTITION BY LIST (n);
CREATE TRIGGER t AFTER INSERT ON parted FOR EACH ROW WHEN (g(NEW.id)) EXECUTE FUNCTION trg();
CREATE POLICY p ON parted USING (g(id));
CREATE RULE r AS ON DELETE TO parted WHERE g(old.id) DO ALSO SELECT f(1);
CREATE TABLE part_1 PARTITION OF parted FOR VALUES IN (5, 6);
-- to
CREATE FUNCTION trg2() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION f(i integer) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT i + 1::bigint';
CREATE FUNCTION g(i bigint) RETURNS boolean STABLE LANGUAGE sql AS 'SELECT true';
CREATE TABLE parted (id integer NOT NULL, n integer NOT NULL) PARTITION BY RANGE (n, id);
CREATE TRIGGER t AFTER INSERT ON parted FOR EACH ROW WHEN (g(NEW.id)) EXECUTE FUNCTION trg2();
CREATE POLICY p ON parted USING (g(id));
CREATE RULE r AS ON DELETE TO parted WHERE g(old.id) DO ALSO SELECT f(1);
CREATE TABLE part_1 PARTITION OF parted FOR VALUES FROM (0, 0) TO (10, 0);
-- rows
INSERT INTO parted VALUES (1, 5), (2, 6);
-- pair: generated column of a replaced function becomes plain beside the partition key
-- from
CREATE FUNCTION f(i integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT i + 1';
CREATE SEQUENCE s;
CREATE TABLE t (id integer NOT NULL, g integer GENERATED ALWAYS AS (f(id)) STORED, h integer GENERATED ALWAYS AS (id * 2) STORED, d bigint DEFAULT nextval('s'));
-- to
CREATE FUNCTION f(i integer) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT i + 1::bigint';
CREATE TABLE t (id integer NOT NULL, g integer, h integer GENERATED ALWAYS AS (f(id)) STORED, d bigint) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
-- rows
INSERT INTO t VALUES (1), (2);
-- pair: policy on a partitioned table reads a table that goes
-- from
CREATE TABLE allowed (id integer);
CREATE TABLE t (id integer NOT NULL, x text);
CREATE POLICY p ON t USING (id IN (SELECT id FROM allowed));
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO allowed VALUES (new.id);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
-- to
CREATE TABLE t (id integer NOT NULL, x text) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
-- rows
INSERT INTO t VALUES (1, 'a'), (2, 'b');
DELETE FROM allowed;
-- pair: a table with everything on it becomes partitioned
-- from
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE SEQUENCE free;
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, n serial, m mood DEFAULT 'ok', x text COLLATE "C", arr mood[], PRIMARY KEY (id), UNIQUE (n), CHECK (n > 0));
CREATE INDEX tx ON t (lower(x)) WHERE n > 0;
CREATE STATISTICS ts ON n, m FROM t;
CREATE TABLE child (id integer PRIMARY KEY, t_id integer REFERENCES t ON DELETE CASCADE);
CREATE VIEW v AS SELECT id, m FROM t;
CREATE VIEW vv AS SELECT m FROM v;
CREATE FUNCTION total() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM t; END;
CREATE FUNCTION rowf(t) RETURNS text LANGUAGE sql AS 'SELECT ($1).x';
COMMENT ON TABLE t IS 'the table';
COMMENT ON COLUMN t.m IS 'mood';
GRANT SELECT (m) ON t TO PUBLIC;
CREATE PUBLICATION pub FOR TABLE t, child;
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
-- to
CREATE TYPE mood AS ENUM ('ok', 'sad', 'new');
CREATE SEQUENCE free;
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, n serial, m mood DEFAULT 'new', x text COLLATE "C", arr mood[], PRIMARY KEY (id), CHECK (n > 0)) PARTITION BY RANGE (id);
CREATE TABLE t_all PARTITION OF t DEFAULT;
CREATE INDEX tx ON t (lower(x)) WHERE n > 0;
CREATE TABLE child (id integer PRIMARY KEY, t_id integer REFERENCES t ON DELETE CASCADE);
CREATE VIEW v AS SELECT id, m FROM t;
CREATE VIEW vv AS SELECT m FROM v;
CREATE FUNCTION total() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM t; END;
CREATE FUNCTION rowf(t) RETURNS text LANGUAGE sql AS 'SELECT ($1).x';
COMMENT ON TABLE t IS 'the table';
COMMENT ON COLUMN t.m IS 'mood';
GRANT SELECT (m) ON t TO PUBLIC;
CREATE PUBLICATION pub FOR TABLE t, child;
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
-- rows
INSERT INTO t (m, x, arr) VALUES ('sad', 'q', '{ok,sad}'), ('ok', 'w', NULL);
INSERT INTO child VALUES (1, 1), (2, NULL);
-- pair: hash partitions of another modulus with a renamed enum label, domain and sequence
-- rename: column public.p.old = public.p.fresh
-- from
CREATE TYPE k AS ENUM ('x', 'y');
CREATE DOMAIN d AS integer DEFAULT 3 CHECK (VALUE > 0);
CREATE TABLE p (id integer NOT NULL, old d, c k) PARTITION BY HASH (id);
CREATE TABLE p0 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE p1 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 1);
-- to
CREATE TYPE k AS ENUM ('y', 'x');
CREATE DOMAIN d AS bigint DEFAULT 4 CHECK (VALUE > -1);
CREATE TABLE p (id integer NOT NULL, fresh d, c k) PARTITION BY HASH (id, fresh);
CREATE TABLE p0 PARTITION OF p FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE p1 PARTITION OF p FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE p2 PARTITION OF p FOR VALUES WITH (MODULUS 3, REMAINDER 2);
-- pair: partitioned becomes plain again while types are made anew
-- from
CREATE TYPE k AS ENUM ('x', 'y');
CREATE FUNCTION f(a k) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE TABLE p (id integer NOT NULL, c k DEFAULT 'x', CHECK (f(c) = 1)) PARTITION BY LIST (c);
CREATE TABLE px PARTITION OF p FOR VALUES IN ('x');
CREATE TABLE py PARTITION OF p FOR VALUES IN ('y');
-- to
CREATE TYPE k AS ENUM ('y', 'x');
CREATE FUNCTION f(a k) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE TABLE p (id integer NOT NULL, c k DEFAULT 'x', CHECK (f(c) = 1));
-- rows
INSERT INTO p VALUES (1, 'x'), (2, 'y');
-- pair: enum of a list partition key is made anew
-- from
CREATE TYPE k AS ENUM ('x', 'y', 'z');
CREATE TABLE p (id integer NOT NULL, c k DEFAULT 'x') PARTITION BY LIST (c);
CREATE TABLE px PARTITION OF p FOR VALUES IN ('x');
CREATE TABLE py PARTITION OF p FOR VALUES IN ('y', 'z');
CREATE INDEX ON p (c);
CREATE VIEW v AS SELECT * FROM p;
-- to
CREATE TYPE k AS ENUM ('y', 'x');
CREATE TABLE p (id integer NOT NULL, c k DEFAULT 'x') PARTITION BY LIST (c);
CREATE TABLE px PARTITION OF p FOR VALUES IN ('x');
CREATE TABLE py PARTITION OF p FOR VALUES IN ('y');
CREATE INDEX ON p (c);
CREATE VIEW v AS SELECT * FROM p;
-- rows
INSERT INTO p VALUES (1, 'x'), (2, 'y');
-- pair: heirs and a parent, the parent becomes unlogged and its function goes
-- from
CREATE FUNCTION f(a integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT a + 1';
CREATE TYPE k AS ENUM ('x', 'y', 'z');
CREATE TABLE a (id integer NOT NULL, c k DEFAULT 'x', d integer DEFAULT f(1), CHECK (f(id) > 0));
CREATE TABLE b (e k) INHERITS (a);
-- to
CREATE TYPE k AS ENUM ('y', 'x');
CREATE UNLOGGED TABLE a (id integer NOT NULL, c k DEFAULT 'y', d integer DEFAULT 5);
CREATE UNLOGGED TABLE b (e k) INHERITS (a);
-- rows
INSERT INTO a VALUES (1, 'x', 2);
INSERT INTO b VALUES (2, 'y', 2, 'x');
-- pair: partitions that go with a copy have parts of their own
-- from
CREATE FUNCTION f(a integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE p (id integer NOT NULL, c integer DEFAULT f(1), g integer GENERATED ALWAYS AS (f(id)) STORED, CHECK (f(c) = 1)) PARTITION BY LIST (id);
CREATE TRIGGER t0 AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION trg();
CREATE TABLE px PARTITION OF p (c DEFAULT f(2), CONSTRAINT own CHECK (f(id) > 0)) FOR VALUES IN (1);
CREATE TABLE py PARTITION OF p FOR VALUES IN (2) PARTITION BY RANGE (c);
CREATE TABLE py1 PARTITION OF py (CONSTRAINT own1 CHECK (f(id) > 0)) DEFAULT;
CREATE TRIGGER t1 AFTER INSERT ON px FOR EACH ROW EXECUTE FUNCTION trg();
CREATE POLICY pol ON py1 USING (f(id) > 0);
-- to
CREATE FUNCTION f(a integer) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT 1::bigint';
CREATE TABLE p (id integer NOT NULL, c integer DEFAULT f(1), CHECK (f(c) = 1));
-- rows
INSERT INTO p (id, c) VALUES (1, 1), (2, 2);
-- pair: partitions that go with a copy have parts of their own
-- from
CREATE FUNCTION f(a integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE p (id integer NOT NULL, c integer DEFAULT f(1), g integer GENERATED ALWAYS AS (f(id)) STORED, CHECK (f(c) = 1)) PARTITION BY LIST (id);
CREATE TRIGGER t0 AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION trg();
CREATE TABLE px PARTITION OF p (c DEFAULT f(2), CONSTRAINT own CHECK (f(id) > 0)) FOR VALUES IN (1);
CREATE TABLE py PARTITION OF p FOR VALUES IN (2) PARTITION BY RANGE (c);
CREATE TABLE py1 PARTITION OF py (CONSTRAINT own1 CHECK (f(id) > 0)) DEFAULT;
CREATE TRIGGER t1 AFTER INSERT ON px FOR EACH ROW EXECUTE FUNCTION trg();
CREATE POLICY pol ON py1 USING (f(id) > 0);
-- to
CREATE FUNCTION f(a integer) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT 1::bigint';
CREATE TABLE p (id integer NOT NULL, c integer DEFAULT f(1), CHECK (f(c) = 1));
-- rows
INSERT INTO p (id, c) VALUES (1, 1), (2, 2);
-- pair: enum replaced under a domain, a composite, a range, arrays, a function, an aggregate, an operator and a cast
-- loses: public.t.r
-- from
CREATE TYPE k AS ENUM ('x', 'y', 'z');
CREATE DOMAIN d AS k CHECK (VALUE <> 'z');
CREATE TYPE c AS (a k, b d[]);
CREATE TYPE r AS RANGE (subtype = k);
CREATE FUNCTION kf(k, d) RETURNS k IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION kplus(k, k) RETURNS k IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE OPERATOR ||+ (FUNCTION = kplus, LEFTARG = k, RIGHTARG = k);
CREATE AGGREGATE ksum (k) (SFUNC = kplus, STYPE = k);
CREATE FUNCTION ktext(k) RETURNS json IMMUTABLE LANGUAGE sql AS 'SELECT to_json($1::text)';
CREATE CAST (k AS json) WITH FUNCTION ktext(k) AS ASSIGNMENT;
CREATE TABLE t (id integer PRIMARY KEY, a k DEFAULT 'x', b d, e c, r r, f k[], g k GENERATED ALWAYS AS (kf(a, b)) STORED, CHECK (a ||+ 'x' = 'x' OR true));
CREATE INDEX ON t (a) WHERE a <> 'y';
CREATE INDEX ON t ((kf(a, b)));
CREATE VIEW v AS SELECT a, e, kf(a, b) AS h FROM t WHERE a = 'x';
CREATE MATERIALIZED VIEW mv AS SELECT ksum(a) FROM t;
-- to
CREATE TYPE k AS ENUM ('y', 'x');
CREATE DOMAIN d AS k CHECK (VALUE <> 'y');
CREATE TYPE c AS (a k, b d[]);
CREATE TYPE r AS RANGE (subtype = k);
CREATE FUNCTION kf(k, d) RETURNS k IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION kplus(k, k) RETURNS k IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE OPERATOR ||+ (FUNCTION = kplus, LEFTARG = k, RIGHTARG = k);
CREATE AGGREGATE ksum (k) (SFUNC = kplus, STYPE = k);
CREATE FUNCTION ktext(k) RETURNS json IMMUTABLE LANGUAGE sql AS 'SELECT to_json($1::text)';
CREATE CAST (k AS json) WITH FUNCTION ktext(k) AS ASSIGNMENT;
CREATE TABLE t (id integer PRIMARY KEY, a k DEFAULT 'x', b d, e c, r r, f k[], g k GENERATED ALWAYS AS (kf(a, b)) STORED, CHECK (a ||+ 'x' = 'x' OR true));
CREATE INDEX ON t (a) WHERE a <> 'y';
CREATE INDEX ON t ((kf(a, b)));
CREATE VIEW v AS SELECT a, e, kf(a, b) AS h FROM t WHERE a = 'x';
CREATE MATERIALIZED VIEW mv AS SELECT ksum(a) FROM t;
-- rows
INSERT INTO t (id, a, b, e, f) VALUES (1, 'x', 'x', ROW('x', '{x}')::c, '{x,y}'), (2, 'x', NULL, NULL, NULL);
-- pair: a function changes its result under everything that calls it
-- from
CREATE FUNCTION f(i integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT i + 1';
CREATE FUNCTION outer_f(i integer) RETURNS integer IMMUTABLE LANGUAGE sql RETURN f(i);
CREATE DOMAIN d AS integer DEFAULT f(1) CHECK (f(VALUE) > 0);
CREATE TABLE t (id integer PRIMARY KEY, n integer DEFAULT f(2), g integer GENERATED ALWAYS AS (f(id)) STORED, dd d, CHECK (f(n) > 0));
CREATE INDEX ti ON t (f(n)) INCLUDE (id);
CREATE UNIQUE INDEX tu ON t (id) WHERE f(id) > 0;
CREATE STATISTICS ts ON f(n), id FROM t;
CREATE POLICY p ON t USING (f(id) > 0) WITH CHECK (f(n) > 0);
CREATE RULE r AS ON UPDATE TO t WHERE f(new.id) > 3 DO INSTEAD NOTHING;
CREATE VIEW v AS SELECT f(id) AS x, outer_f(n) AS y FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT x FROM v;
CREATE INDEX mi ON mv (f(x));
CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (f(NEW.id) > 1) EXECUTE FUNCTION trg();
CREATE PUBLICATION pub FOR TABLE t WHERE (id > 0);
CREATE TABLE ex (id integer, EXCLUDE USING btree (f(id) WITH =));
-- to
CREATE FUNCTION f(i integer) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT i + 1::bigint';
CREATE FUNCTION outer_f(i integer) RETURNS bigint IMMUTABLE LANGUAGE sql RETURN f(i);
CREATE DOMAIN d AS integer DEFAULT f(1) CHECK (f(VALUE) > 0);
CREATE TABLE t (id integer PRIMARY KEY, n integer DEFAULT f(2), g bigint GENERATED ALWAYS AS (f(id)) STORED, dd d, CHECK (f(n) > 0));
CREATE INDEX ti ON t (f(n)) INCLUDE (id);
CREATE UNIQUE INDEX tu ON t (id) WHERE f(id) > 0;
CREATE STATISTICS ts ON f(n), id FROM t;
CREATE POLICY p ON t USING (f(id) > 0) WITH CHECK (f(n) > 0);
CREATE RULE r AS ON UPDATE TO t WHERE f(new.id) > 3 DO INSTEAD NOTHING;
CREATE VIEW v AS SELECT f(id) AS x, outer_f(n) AS y FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT x FROM v;
CREATE INDEX mi ON mv (f(x::integer));
CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (f(NEW.id) > 1) EXECUTE FUNCTION trg();
CREATE PUBLICATION pub FOR TABLE t WHERE (id > 0);
CREATE TABLE ex (id integer, EXCLUDE USING btree (f(id) WITH =));
-- rows
INSERT INTO t (id) VALUES (1), (2);
INSERT INTO ex VALUES (1);
-- pair: two levels of partitions become a plain table
-- from
CREATE TABLE p (id integer NOT NULL, c integer) PARTITION BY LIST (id);
CREATE TABLE px PARTITION OF p FOR VALUES IN (1);
CREATE TABLE py PARTITION OF p FOR VALUES IN (2) PARTITION BY RANGE (c);
CREATE TABLE py1 PARTITION OF py FOR VALUES FROM (0) TO (10) PARTITION BY HASH (c);
CREATE TABLE py1a PARTITION OF py1 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE py2 PARTITION OF py DEFAULT;
-- to
CREATE TABLE p (id integer NOT NULL, c integer);
-- rows
INSERT INTO p VALUES (1, 1), (2, 2), (2, 22);
-- pair: root of two levels gets another key, some partitions go, some stay
-- from
CREATE TABLE p (id integer NOT NULL, c integer NOT NULL) PARTITION BY LIST (id);
CREATE TABLE px PARTITION OF p FOR VALUES IN (1);
CREATE TABLE py PARTITION OF p FOR VALUES IN (2) PARTITION BY RANGE (c);
CREATE TABLE py1 PARTITION OF py FOR VALUES FROM (0) TO (10);
CREATE TABLE py2 PARTITION OF py DEFAULT;
CREATE TABLE pz PARTITION OF p FOR VALUES IN (3) PARTITION BY RANGE (c);
CREATE TABLE pz1 PARTITION OF pz FOR VALUES FROM (0) TO (10);
CREATE TABLE pz2 PARTITION OF pz DEFAULT;
-- to
CREATE TABLE p (id integer NOT NULL, c integer NOT NULL) PARTITION BY RANGE (id, c);
CREATE TABLE pall PARTITION OF p DEFAULT;
CREATE TABLE pz PARTITION OF p FOR VALUES FROM (3, 0) TO (3, 100) PARTITION BY RANGE (c);
CREATE TABLE pz1 PARTITION OF pz FOR VALUES FROM (0) TO (10);
CREATE TABLE pz2 PARTITION OF pz FOR VALUES FROM (10) TO (90);
-- rows
INSERT INTO p VALUES (1, 1), (2, 2), (2, 22), (3, 3), (3, 33);
-- pair: both levels get other keys
-- from
CREATE TABLE p (id integer NOT NULL, c integer NOT NULL) PARTITION BY LIST (id);
CREATE TABLE px PARTITION OF p FOR VALUES IN (1);
CREATE TABLE py PARTITION OF p FOR VALUES IN (2) PARTITION BY RANGE (c);
CREATE TABLE py1 PARTITION OF py FOR VALUES FROM (0) TO (10);
CREATE TABLE py2 PARTITION OF py DEFAULT;
-- to
CREATE TABLE p (id integer NOT NULL, c integer NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE px PARTITION OF p FOR VALUES FROM (0) TO (2);
CREATE TABLE py PARTITION OF p FOR VALUES FROM (2) TO (10) PARTITION BY LIST (c);
CREATE TABLE py1 PARTITION OF py FOR VALUES IN (2, 3);
CREATE TABLE py3 PARTITION OF py DEFAULT;
-- rows
INSERT INTO p VALUES (1, 1), (2, 2), (2, 22);
-- pair: a level below gets another key, its partitions come and go
-- from
CREATE TABLE p (id integer NOT NULL, c integer NOT NULL) PARTITION BY LIST (id);
CREATE TABLE px PARTITION OF p FOR VALUES IN (1);
CREATE TABLE py PARTITION OF p FOR VALUES IN (2) PARTITION BY RANGE (c);
CREATE TABLE py1 PARTITION OF py FOR VALUES FROM (0) TO (10) PARTITION BY LIST (c);
CREATE TABLE py1a PARTITION OF py1 DEFAULT;
CREATE TABLE py2 PARTITION OF py DEFAULT;
-- to
CREATE TABLE p (id integer NOT NULL, c integer NOT NULL) PARTITION BY LIST (id);
CREATE TABLE px PARTITION OF p FOR VALUES IN (1);
CREATE TABLE py PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (c);
CREATE TABLE py3 PARTITION OF py DEFAULT;
-- rows
INSERT INTO p VALUES (1, 1), (2, 2), (2, 22);
-- pair: a level below becomes a plain partition
-- from
CREATE TABLE p (id integer NOT NULL, c integer NOT NULL) PARTITION BY LIST (id);
CREATE TABLE py PARTITION OF p FOR VALUES IN (2) PARTITION BY RANGE (c);
CREATE TABLE py1 PARTITION OF py FOR VALUES FROM (0) TO (10) PARTITION BY LIST (c);
CREATE TABLE py1a PARTITION OF py1 DEFAULT;
CREATE TABLE py2 PARTITION OF py DEFAULT;
-- to
CREATE TABLE p (id integer NOT NULL, c integer NOT NULL) PARTITION BY LIST (id);
CREATE TABLE py PARTITION OF p FOR VALUES IN (2);
-- rows
INSERT INTO p VALUES (2, 2), (2, 22);
-- pair: both levels get other keys with indexes, keys and types made anew
-- from
CREATE TYPE k AS ENUM ('x', 'y');
CREATE FUNCTION f(a integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE TABLE p (id integer NOT NULL, c integer NOT NULL DEFAULT f(1), e k, PRIMARY KEY (id, c)) PARTITION BY LIST (id);
CREATE INDEX pe ON p (e);
CREATE TABLE px PARTITION OF p FOR VALUES IN (1);
CREATE TABLE py PARTITION OF p FOR VALUES IN (2) PARTITION BY RANGE (c);
CREATE INDEX pyi ON py (c);
CREATE TABLE py1 PARTITION OF py FOR VALUES FROM (0) TO (10);
CREATE TABLE py2 PARTITION OF py DEFAULT;
-- to
CREATE TYPE k AS ENUM ('y', 'x');
CREATE FUNCTION f(a integer) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT 1::bigint';
CREATE TABLE p (id integer NOT NULL, c integer NOT NULL DEFAULT f(1), e k, PRIMARY KEY (id, c)) PARTITION BY RANGE (id);
CREATE INDEX pe ON p (e);
CREATE TABLE px PARTITION OF p FOR VALUES FROM (0) TO (2);
CREATE TABLE py PARTITION OF p FOR VALUES FROM (2) TO (10) PARTITION BY LIST (c);
CREATE INDEX pyi ON py (c);
CREATE TABLE py1 PARTITION OF py FOR VALUES IN (2, 3);
CREATE TABLE py3 PARTITION OF py DEFAULT;
-- rows
INSERT INTO p VALUES (1, 1, 'x'), (2, 2, 'y'), (2, 22, NULL);
-- pair: a check of a parent stays as an heir's own
-- from
CREATE TABLE a (id integer, CONSTRAINT own CHECK (id > 0));
CREATE TABLE b (x integer) INHERITS (a);
CREATE TABLE p (id integer, CONSTRAINT own CHECK (id > 0)) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (id);
CREATE TABLE p11 PARTITION OF p1 DEFAULT;
-- to
CREATE TABLE a (id integer);
CREATE TABLE b (x integer, CONSTRAINT own CHECK (id > 0)) INHERITS (a);
CREATE TABLE p (id integer) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (id);
CREATE TABLE p11 PARTITION OF p1 (CONSTRAINT own CHECK (id > 0)) DEFAULT;
-- rows
INSERT INTO b VALUES (1, 2);
INSERT INTO p VALUES (1);
