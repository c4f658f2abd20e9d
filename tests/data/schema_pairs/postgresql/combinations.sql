-- Several kinds of change at once, on things that hang together.
-- pair: column renamed, of another type, below a view and its trigger
-- rename: column public.crew.nm = public.crew.name
-- loses: public.crew.nm
-- from
CREATE TABLE crew (id integer PRIMARY KEY, nm varchar(20) NOT NULL);
CREATE VIEW people AS SELECT id, upper(nm) AS name FROM crew WHERE nm <> '';
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER people_insert INSTEAD OF INSERT ON people FOR EACH ROW EXECUTE FUNCTION keep();
COMMENT ON VIEW people IS 'those with a name';
COMMENT ON COLUMN people.name IS 'in capitals';
GRANT SELECT ON people TO rev_reader;
-- to
CREATE TABLE crew (id bigint PRIMARY KEY, name text NOT NULL);
CREATE VIEW people AS SELECT id, upper(name) AS name FROM crew WHERE name <> '';
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER people_insert INSTEAD OF INSERT ON people FOR EACH ROW EXECUTE FUNCTION keep();
COMMENT ON VIEW people IS 'those with a name';
COMMENT ON COLUMN people.name IS 'in capitals';
GRANT SELECT ON people TO rev_reader;
-- rows
INSERT INTO crew VALUES (1, 'Ada'), (2, 'Bo');
-- pair: domain of a source of a generated column gets another base condition
-- from
CREATE DOMAIN price AS numeric(10, 2) CHECK (VALUE >= 0);
CREATE TABLE item (id integer PRIMARY KEY, net price NOT NULL, gross numeric GENERATED ALWAYS AS (net * 1.2) STORED);
CREATE INDEX item_gross ON item (gross) WHERE gross > 10;
-- to
CREATE DOMAIN price AS numeric(10, 2) DEFAULT 1 CHECK (VALUE > -1) CHECK (VALUE < 1000000);
CREATE TABLE item (id integer PRIMARY KEY, net price NOT NULL, gross numeric GENERATED ALWAYS AS (net * 1.25) STORED);
CREATE INDEX item_gross ON item (gross DESC) WHERE gross > 20;
-- rows
INSERT INTO item (id, net) VALUES (1, 5), (2, 50);
-- pair: column becomes one of a domain that other tables have in an array
-- from
CREATE DOMAIN word AS text CHECK (VALUE <> '');
CREATE TABLE a (w text NOT NULL);
CREATE TABLE b (ws word[]);
-- to
CREATE DOMAIN word AS text COLLATE "C" CHECK (VALUE <> '' AND length(VALUE) < 100);
CREATE TABLE a (w word NOT NULL);
CREATE TABLE b (ws word[]);
-- rows
INSERT INTO a VALUES ('x');
INSERT INTO b VALUES (ARRAY['y', 'z']);
-- pair: exclusion gets a further column, waits and is partial
-- from
CREATE TABLE booking (id integer PRIMARY KEY, room int4range NOT NULL, during tsrange NOT NULL, open boolean DEFAULT true NOT NULL);
ALTER TABLE booking ADD CONSTRAINT once EXCLUDE USING gist (during WITH &&);
COMMENT ON CONSTRAINT once ON booking IS 'one at a time';
-- to
CREATE TABLE booking (id integer PRIMARY KEY, room int4range NOT NULL, during tsrange NOT NULL, open boolean DEFAULT true NOT NULL);
ALTER TABLE booking ADD CONSTRAINT once EXCLUDE USING gist (room WITH &&, during WITH &&) WHERE (open) DEFERRABLE INITIALLY DEFERRED;
COMMENT ON CONSTRAINT once ON booking IS 'one at a time and room';
-- rows
INSERT INTO booking VALUES (1, '[1,2)', '[2024-01-01,2024-01-02)'), (2, '[2,3)', '[2024-02-01,2024-02-02)');
-- pair: expression index with operator class, collation and order, over a type that changes
-- from
CREATE TABLE t (id integer PRIMARY KEY, n varchar(30), d jsonb);
CREATE INDEX t_low ON t (lower(n) text_pattern_ops DESC NULLS LAST) INCLUDE (id) WHERE n IS NOT NULL;
CREATE INDEX t_c ON t (n COLLATE "C", (d ->> 'k'));
CREATE INDEX t_d ON t USING gin (d jsonb_path_ops) WITH (fastupdate = off);
ALTER INDEX t_c ALTER COLUMN 2 SET STATISTICS 77;
-- to
CREATE TABLE t (id integer PRIMARY KEY, n text, d jsonb);
CREATE INDEX t_low ON t (lower(n) text_pattern_ops DESC NULLS LAST) INCLUDE (id) WHERE n IS NOT NULL;
CREATE INDEX t_c ON t (n COLLATE "C", (d ->> 'k'));
CREATE INDEX t_d ON t USING gin (d) WITH (fastupdate = on);
ALTER INDEX t_c ALTER COLUMN 2 SET STATISTICS 78;
-- rows
INSERT INTO t VALUES (1, 'Ab', '{"k": 1}'), (2, NULL, NULL);
-- pair: transition tables get other names, and the function another body
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer);
CREATE TABLE sums (n bigint);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO sums SELECT sum(n) FROM fresh; RETURN NULL; END $$;
CREATE TRIGGER note AFTER UPDATE ON t REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION note();
-- to
CREATE TABLE t (id integer PRIMARY KEY, n bigint);
CREATE TABLE sums (n numeric);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO sums SELECT sum(added.n) - sum(gone.n) FROM added, gone; RETURN NULL; END $$;
CREATE TRIGGER note AFTER UPDATE ON t REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note();
-- rows
INSERT INTO t VALUES (1, 1), (2, 2);
INSERT INTO sums VALUES (3);
-- pair: a key that waits, of other columns, with those who refer to it
-- from
CREATE TABLE parent (a integer NOT NULL, b integer NOT NULL, c integer, CONSTRAINT parent_key UNIQUE (a, b) DEFERRABLE);
ALTER TABLE parent ADD PRIMARY KEY (b, a);
CREATE TABLE child (id integer PRIMARY KEY, a integer, b integer, CONSTRAINT child_parent FOREIGN KEY (b, a) REFERENCES parent (b, a) MATCH FULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED);
-- to
CREATE TABLE parent (a integer NOT NULL, b integer NOT NULL, c integer, CONSTRAINT parent_key UNIQUE (b, a));
ALTER TABLE parent ADD PRIMARY KEY (a, b);
CREATE TABLE child (id integer PRIMARY KEY, a integer, b integer, CONSTRAINT child_parent FOREIGN KEY (a, b) REFERENCES parent (a, b) ON DELETE SET NULL DEFERRABLE);
-- rows
INSERT INTO parent VALUES (1, 2, 3);
INSERT INTO child VALUES (1, 1, 2), (2, NULL, NULL);
-- pair: identity in another way, type and start, with what is owned
-- from
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT 5) PRIMARY KEY, n serial, m bigserial);
CREATE SEQUENCE own OWNED BY t.n;
-- to
CREATE TABLE t (id bigint GENERATED BY DEFAULT AS IDENTITY (INCREMENT 2 CACHE 3) PRIMARY KEY, n integer GENERATED BY DEFAULT AS IDENTITY, m bigint NOT NULL);
CREATE SEQUENCE own OWNED BY t.m;
-- rows
INSERT INTO t DEFAULT VALUES;
INSERT INTO t DEFAULT VALUES;
-- pair: heirs get a type, a default and a check of their own
-- from
CREATE TABLE base (id integer NOT NULL, n varchar(10) DEFAULT 'x', CONSTRAINT filled CHECK (n <> ''));
CREATE TABLE heir (extra integer) INHERITS (base);
CREATE TABLE heir_of_heir (more integer) INHERITS (heir);
CREATE VIEW all_of AS SELECT id, n FROM base;
-- to
CREATE TABLE base (id bigint NOT NULL, n text DEFAULT 'y', CONSTRAINT filled CHECK (n <> 'no'));
CREATE TABLE heir (extra integer, CONSTRAINT own CHECK (extra > 0)) INHERITS (base);
ALTER TABLE heir ALTER COLUMN n SET DEFAULT 'heir';
CREATE TABLE heir_of_heir (more integer, id2 integer) INHERITS (heir);
CREATE VIEW all_of AS SELECT id, n FROM base;
-- rows
INSERT INTO base VALUES (1, 'a');
INSERT INTO heir VALUES (2, 'b', 2);
INSERT INTO heir_of_heir VALUES (3, 'c', 3, 4);
-- pair: policies over a column that changes, and a function that they ask
-- from
CREATE TABLE doc (id integer PRIMARY KEY, owner varchar(20) NOT NULL, level integer DEFAULT 0 NOT NULL);
CREATE FUNCTION may_see(integer) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT $1 < 5 $$;
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON doc USING (owner = current_user);
CREATE POLICY low ON doc AS RESTRICTIVE FOR SELECT TO rev_reader USING (may_see(level));
COMMENT ON POLICY own ON doc IS 'their own';
-- to
CREATE TABLE doc (id integer PRIMARY KEY, owner name NOT NULL, level smallint DEFAULT 1 NOT NULL);
CREATE FUNCTION may_see(smallint) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT $1 < 6 $$;
ALTER TABLE doc ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON doc USING (owner = current_user) WITH CHECK (level > 0);
CREATE POLICY low ON doc FOR SELECT TO rev_reader, rev_writer USING (may_see(level));
COMMENT ON POLICY own ON doc IS 'their own';
-- rows
INSERT INTO doc VALUES (1, 'ada', 2);
-- pair: publication of some columns and rows, of a table that changes
-- since: 150000
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, secret text);
CREATE TABLE u (id integer PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t (id, n) WHERE (id > 1), TABLE u;
-- to
CREATE TABLE t (id bigint PRIMARY KEY, n bigint, secret text);
CREATE TABLE u (id bigint PRIMARY KEY, n integer);
CREATE PUBLICATION p FOR TABLE t (id) WHERE (id > 2), TABLE u (id, n) WITH (publish = 'insert, delete');
-- rows
INSERT INTO t VALUES (1, 1, 'x');
-- pair: statistics over an expression and columns that change
-- since: 140000
-- from
CREATE TABLE t (a integer, b varchar(10), c integer);
CREATE STATISTICS s (ndistinct, mcv) ON a, b FROM t;
CREATE STATISTICS e ON (a + c) FROM t;
ALTER STATISTICS s SET STATISTICS 50;
COMMENT ON STATISTICS s IS 'both';
-- to
CREATE TABLE t (a bigint, b text, c integer);
CREATE STATISTICS s (ndistinct, mcv, dependencies) ON a, b FROM t;
CREATE STATISTICS e ON (a - c) FROM t;
COMMENT ON STATISTICS s IS 'both';
-- rows
INSERT INTO t VALUES (1, 'x', 2);
-- pair: comments on everything, changed and dropped
-- from
CREATE SCHEMA s;
COMMENT ON SCHEMA s IS 'one';
CREATE TYPE s.e AS ENUM ('a', 'b');
COMMENT ON TYPE s.e IS 'one';
CREATE TYPE s.c AS (x integer, y text);
COMMENT ON COLUMN s.c.x IS 'one';
CREATE DOMAIN s.d AS integer CONSTRAINT pos CHECK (VALUE > 0);
COMMENT ON DOMAIN s.d IS 'one';
COMMENT ON CONSTRAINT pos ON DOMAIN s.d IS 'one';
CREATE TABLE s.t (id integer CONSTRAINT t_key PRIMARY KEY, n s.d DEFAULT 1);
COMMENT ON TABLE s.t IS 'one';
COMMENT ON COLUMN s.t.n IS 'it''s \ one';
COMMENT ON CONSTRAINT t_key ON s.t IS 'one';
CREATE INDEX t_n ON s.t (n);
COMMENT ON INDEX s.t_n IS 'one';
CREATE FUNCTION s.f(integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT $1';
COMMENT ON FUNCTION s.f IS 'one';
CREATE SEQUENCE s.q;
COMMENT ON SEQUENCE s.q IS 'one';
CREATE RULE r AS ON DELETE TO s.t DO ALSO NOTHING;
COMMENT ON RULE r ON s.t IS 'one';
-- to
CREATE SCHEMA s;
COMMENT ON SCHEMA s IS 'two';
CREATE TYPE s.e AS ENUM ('a', 'b');
CREATE TYPE s.c AS (x integer, y text);
COMMENT ON COLUMN s.c.y IS 'two';
CREATE DOMAIN s.d AS integer CONSTRAINT pos CHECK (VALUE > 0);
COMMENT ON CONSTRAINT pos ON DOMAIN s.d IS 'two';
CREATE TABLE s.t (id integer CONSTRAINT t_key PRIMARY KEY, n s.d DEFAULT 1);
COMMENT ON COLUMN s.t.id IS 'two';
COMMENT ON CONSTRAINT t_key ON s.t IS 'two';
CREATE INDEX t_n ON s.t (n);
COMMENT ON INDEX s.t_n IS 'two';
CREATE FUNCTION s.f(integer DEFAULT 2) RETURNS integer LANGUAGE sql AS 'SELECT $1';
COMMENT ON FUNCTION s.f IS 'two';
CREATE SEQUENCE s.q;
CREATE RULE r AS ON DELETE TO s.t DO ALSO NOTHING;
COMMENT ON RULE r ON s.t IS 'two';
-- rows
INSERT INTO s.t VALUES (1, 1);
-- pair: table, column, type and schema renamed together
-- rename: schema shop = store
-- rename: enum_type shop.kind = store.sort
-- rename: table shop.article = store.item
-- rename: column shop.article.kind = store.item.sort
-- from
CREATE SCHEMA shop;
CREATE TYPE shop.kind AS ENUM ('big', 'small');
CREATE TABLE shop.article (id integer CONSTRAINT item_pkey PRIMARY KEY, kind shop.kind DEFAULT 'big' NOT NULL);
CREATE FUNCTION shop.sized(shop.kind) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;
CREATE VIEW shop.big AS SELECT id FROM shop.article WHERE kind = 'big';
-- to
CREATE SCHEMA store;
CREATE TYPE store.sort AS ENUM ('big', 'small', 'tiny');
CREATE TABLE store.item (id integer CONSTRAINT item_pkey PRIMARY KEY, sort store.sort DEFAULT 'big' NOT NULL);
CREATE FUNCTION store.sized(store.sort) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;
CREATE VIEW store.big AS SELECT id FROM store.item WHERE sort = 'big';
-- rows
INSERT INTO shop.article VALUES (1, 'small');
-- pair: materialized view on a view on a function's rows, all changed
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer);
CREATE FUNCTION many(integer) RETURNS TABLE (k integer, v integer) LANGUAGE sql STABLE AS $$ SELECT id, n FROM public.t WHERE n > $1 $$;
CREATE VIEW chosen AS SELECT k, v FROM many(1);
CREATE MATERIALIZED VIEW kept AS SELECT k, sum(v) AS total FROM chosen GROUP BY k;
CREATE UNIQUE INDEX kept_k ON kept (k);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n bigint, m text);
CREATE FUNCTION many(integer) RETURNS TABLE (k integer, v bigint) LANGUAGE sql STABLE AS $$ SELECT id, n FROM public.t WHERE n > $1 $$;
CREATE VIEW chosen AS SELECT k, v, 1 AS one FROM many(2);
CREATE MATERIALIZED VIEW kept AS SELECT k, sum(v) AS total, count(*) FROM chosen GROUP BY k;
CREATE UNIQUE INDEX kept_k ON kept (k);
CREATE INDEX kept_total ON kept (total);
-- rows
INSERT INTO t VALUES (1, 5), (2, 1);
-- pair: default, check, index and column at once over a function that gets a parameter
-- from
CREATE FUNCTION code(integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'c' || $1 $$;
CREATE TABLE t (id integer PRIMARY KEY, c text DEFAULT code(1), CHECK (c <> code(0)), g text GENERATED ALWAYS AS (code(id)) STORED);
CREATE INDEX t_code ON t (code(id));
-- to
CREATE FUNCTION code(integer, text DEFAULT '') RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'c' || $1 || $2 $$;
CREATE TABLE t (id integer PRIMARY KEY, c text DEFAULT code(1), CHECK (c <> code(0)), g text GENERATED ALWAYS AS (code(id)) STORED);
CREATE INDEX t_code ON t (code(id));
-- rows
INSERT INTO t (id) VALUES (1), (2);
-- pair: composite type of a column in a key of an index gets an attribute
-- loses: public.t.p
-- from
CREATE TYPE point2 AS (x integer, y integer);
CREATE TABLE t (id integer PRIMARY KEY, p point2);
CREATE INDEX t_x ON t (((p).x));
CREATE VIEW v AS SELECT id, (p).y FROM t;
-- to
CREATE TYPE point2 AS (x integer, y integer, z integer);
CREATE TABLE t (id integer PRIMARY KEY, p point2);
CREATE INDEX t_x ON t (((p).x));
CREATE VIEW v AS SELECT id, (p).y FROM t;
-- rows
INSERT INTO t VALUES (1, ROW(1, 2));
-- pair: enum label dropped that a default, an index, a domain and a partition use
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE DOMAIN de AS e CHECK (VALUE <> 'c');
CREATE TABLE t (id integer, e e DEFAULT 'a' NOT NULL, d de) PARTITION BY LIST (e);
CREATE TABLE ta PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE tb PARTITION OF t FOR VALUES IN ('b');
CREATE INDEX t_e ON t (id) WHERE e = 'a';
-- to
CREATE TYPE e AS ENUM ('b', 'a');
CREATE DOMAIN de AS e CHECK (VALUE <> 'b');
CREATE TABLE t (id integer, e e DEFAULT 'b' NOT NULL, d de) PARTITION BY LIST (e);
CREATE TABLE ta PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE tb PARTITION OF t FOR VALUES IN ('b');
CREATE INDEX t_e ON t (id) WHERE e = 'b';
-- rows
INSERT INTO t VALUES (1, 'a', 'a'), (2, 'b', 'a');
-- pair: partitions that leave, with a key, an index, a check and a trigger
-- loses: public.m
-- from
CREATE TABLE m (a integer NOT NULL, b text, PRIMARY KEY (a), CONSTRAINT filled CHECK (b <> '')) PARTITION BY RANGE (a);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m (CONSTRAINT own CHECK (a < 100)) FOR VALUES FROM (10) TO (20);
CREATE INDEX m_b ON m (b);
CREATE TABLE h (a integer, b integer) PARTITION BY HASH (a, b);
CREATE TABLE h0 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE h1 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 1);
-- to
CREATE TABLE m (a integer NOT NULL, b text, PRIMARY KEY (a), CONSTRAINT filled CHECK (b <> '')) PARTITION BY RANGE (a);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 (a integer NOT NULL, b text, CONSTRAINT m2_pkey PRIMARY KEY (a), CONSTRAINT filled CHECK (b <> ''), CONSTRAINT own CHECK (a < 100));
CREATE INDEX m2_b_idx ON m2 (b);
CREATE INDEX m_b ON m (b);
CREATE TABLE h (a integer, b integer) PARTITION BY HASH (a, b);
CREATE TABLE h0 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE h1 (a integer, b integer);
-- rows
INSERT INTO m VALUES (1, 'x'), (11, 'y');
-- pair: partitioned table referred to, gets a column, an index and a partition below a partition
-- from
CREATE TABLE m (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (a, b)) PARTITION BY RANGE (a);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE r (id integer, a integer, b integer, FOREIGN KEY (a, b) REFERENCES m);
-- to
CREATE TABLE m (a integer NOT NULL, b integer NOT NULL, c text DEFAULT 'c' NOT NULL, PRIMARY KEY (a, b)) PARTITION BY RANGE (a);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20) PARTITION BY LIST (b);
CREATE TABLE m2a PARTITION OF m2 FOR VALUES IN (1, 2);
CREATE TABLE m2rest PARTITION OF m2 DEFAULT;
CREATE INDEX m_c ON m (c) WHERE c <> '';
CREATE TABLE r (id integer, a integer, b integer, FOREIGN KEY (a, b) REFERENCES m ON DELETE CASCADE);
-- rows
INSERT INTO m VALUES (1, 2);
INSERT INTO r VALUES (1, 1, 2);
-- pair: operators, casts and an aggregate over a type that gets a label
-- from
CREATE TYPE grade AS ENUM ('low', 'high');
CREATE FUNCTION grade_of(integer) RETURNS grade LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN $1 > 5 THEN 'high' ELSE 'low' END::grade $$;
CREATE CAST (integer AS grade) WITH FUNCTION grade_of(integer) AS ASSIGNMENT;
CREATE FUNCTION better(grade, grade) RETURNS grade LANGUAGE sql IMMUTABLE AS $$ SELECT greatest($1, $2) $$;
CREATE AGGREGATE best(grade) (SFUNC = better, STYPE = grade, INITCOND = 'low');
CREATE OPERATOR ||| (LEFTARG = grade, RIGHTARG = grade, FUNCTION = better);
CREATE TABLE t (id integer PRIMARY KEY, g grade);
CREATE VIEW v AS SELECT best(g) AS best FROM t;
-- to
CREATE TYPE grade AS ENUM ('low', 'middle', 'high');
CREATE FUNCTION grade_of(integer) RETURNS grade LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN $1 > 7 THEN 'high' ELSE 'low' END::grade $$;
CREATE CAST (integer AS grade) WITH FUNCTION grade_of(integer);
CREATE FUNCTION better(grade, grade) RETURNS grade LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT greatest($1, $2) $$;
CREATE AGGREGATE best(grade) (SFUNC = better, STYPE = grade);
CREATE OPERATOR ||| (LEFTARG = grade, RIGHTARG = grade, FUNCTION = better, COMMUTATOR = |||);
CREATE TABLE t (id integer PRIMARY KEY, g grade);
CREATE VIEW v AS SELECT best(g) AS best FROM t;
-- rows
INSERT INTO t VALUES (1, 'low'), (2, 'high');
-- pair: table becomes unlogged, clustered, with options, and a column with storage
-- pg_dump differs
-- from
CREATE TABLE t (id integer CONSTRAINT t_key PRIMARY KEY, n text, m text) WITH (fillfactor = 90);
CREATE INDEX t_n ON t (n);
-- to
CREATE UNLOGGED TABLE t (id integer CONSTRAINT t_key PRIMARY KEY, n text, m text) WITH (fillfactor = 80, autovacuum_enabled = false);
CREATE INDEX t_n ON t (n) WITH (deduplicate_items = off);
ALTER TABLE t CLUSTER ON t_n;
ALTER TABLE t ALTER COLUMN n SET STORAGE EXTERNAL, ALTER COLUMN m SET STATISTICS 200, ALTER COLUMN m SET (n_distinct = -0.5);
ALTER TABLE t REPLICA IDENTITY FULL;
-- rows
INSERT INTO t VALUES (1, 'x', 'y');
-- pair: rules and a view that writes through, over a column that goes
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, m integer);
CREATE VIEW v AS SELECT id, n, m FROM t;
CREATE RULE v_insert AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (new.id, new.n, new.m);
CREATE RULE v_update AS ON UPDATE TO v WHERE old.m > 1 DO INSTEAD UPDATE t SET m = new.m WHERE id = old.id;
CREATE VIEW w AS SELECT id, m FROM v WHERE m > 1 WITH CASCADED CHECK OPTION;
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, o text);
CREATE VIEW v AS SELECT id, n, o FROM t;
CREATE RULE v_insert AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (new.id, new.n, new.o);
CREATE VIEW w WITH (security_barrier) AS SELECT id, o FROM t WHERE o <> '' WITH LOCAL CHECK OPTION;
-- rows
INSERT INTO t VALUES (1, 2, 3);
-- pair: functions with parsed bodies over each other and a table that changes
-- since: 140000
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer);
CREATE FUNCTION one(i integer) RETURNS integer LANGUAGE sql STABLE RETURN (SELECT n FROM t WHERE t.id = i);
CREATE FUNCTION two(i integer) RETURNS integer LANGUAGE sql STABLE BEGIN ATOMIC SELECT one(i) + 1; END;
CREATE VIEW v AS SELECT two(id) AS two FROM t;
-- to
CREATE TABLE t (id bigint PRIMARY KEY, n bigint);
CREATE FUNCTION one(i bigint) RETURNS bigint LANGUAGE sql STABLE RETURN (SELECT n FROM t WHERE t.id = i);
CREATE FUNCTION two(i bigint) RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT one(i) + 2; END;
CREATE VIEW v AS SELECT two(id) AS two FROM t;
-- rows
INSERT INTO t VALUES (1, 10);
-- pair: two tables that refer to each other become one that refers to itself
-- from
CREATE TABLE person (id integer PRIMARY KEY, home integer);
CREATE TABLE place (id integer PRIMARY KEY, owner integer REFERENCES person (id));
ALTER TABLE person ADD FOREIGN KEY (home) REFERENCES place (id) DEFERRABLE;
-- to
CREATE TABLE person (id integer PRIMARY KEY, home integer, partner integer UNIQUE REFERENCES person (id) ON DELETE SET NULL, CHECK (partner <> id));
-- rows
INSERT INTO person (id) VALUES (1);
INSERT INTO place VALUES (7, 1);
-- pair: names with every kind of character, changed and renamed
-- from
CREATE TABLE "Odd ""table" ("select" integer PRIMARY KEY, "Ünï cödé" text, "it's" text DEFAULT 'a''b\c', "$1" integer, CHECK ("$1" > 0));
CREATE INDEX "idx %s" ON "Odd ""table" ("Ünï cödé", lower("it's"));
CREATE VIEW "v;--" AS SELECT "select", "it's" FROM "Odd ""table";
-- to
CREATE TABLE "Odd ""table" ("select" bigint PRIMARY KEY, "Ünï cödé" varchar(100), "it's" text DEFAULT E'\\x''y', "$1" integer, CHECK ("$1" > 1), "
" text);
CREATE INDEX "idx %s" ON "Odd ""table" ("Ünï cödé", upper("it's"));
CREATE VIEW "v;--" AS SELECT "select", "it's", "
" FROM "Odd ""table";
-- rows
INSERT INTO "Odd ""table" VALUES (1, 'ü', 'x', 5);
-- pair: grants on columns, sequences and functions that are made anew
-- from
CREATE TABLE t (id serial PRIMARY KEY, n varchar(5), m integer);
GRANT SELECT (n, m), UPDATE (m) ON t TO rev_reader;
GRANT USAGE ON SEQUENCE t_id_seq TO rev_writer;
CREATE FUNCTION f(varchar) RETURNS integer LANGUAGE sql AS 'SELECT 1';
REVOKE EXECUTE ON FUNCTION f FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f TO rev_writer WITH GRANT OPTION;
CREATE VIEW v AS SELECT n, f(n) FROM t;
GRANT SELECT ON v TO rev_reader;
ALTER VIEW v OWNER TO rev_owner;
-- to
CREATE TABLE t (id bigserial PRIMARY KEY, n text, m bigint);
GRANT SELECT (n), UPDATE (m), REFERENCES (n) ON t TO rev_reader;
GRANT USAGE, SELECT ON SEQUENCE t_id_seq TO rev_writer;
CREATE FUNCTION f(varchar) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
REVOKE EXECUTE ON FUNCTION f FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f TO rev_writer;
CREATE VIEW v AS SELECT n, f(n) FROM t;
GRANT SELECT, INSERT ON v TO rev_reader;
ALTER VIEW v OWNER TO rev_owner;
-- rows
INSERT INTO t (n, m) VALUES ('a', 1);
-- pair: text search for a generated column and its index
-- from
CREATE TEXT SEARCH CONFIGURATION plain (COPY = simple);
CREATE TABLE t (id integer PRIMARY KEY, body text, words tsvector GENERATED ALWAYS AS (to_tsvector('public.plain', coalesce(body, ''))) STORED);
CREATE INDEX t_words ON t USING gin (words);
-- to
CREATE TEXT SEARCH CONFIGURATION plain (COPY = english);
ALTER TEXT SEARCH CONFIGURATION plain DROP MAPPING FOR email;
CREATE TABLE t (id integer PRIMARY KEY, body varchar, words tsvector GENERATED ALWAYS AS (to_tsvector('public.plain', coalesce(body, ''))) STORED);
CREATE INDEX t_words ON t USING gist (words);
-- rows
INSERT INTO t VALUES (1, 'running horses');
-- pair: a partition below a partition comes to what is referred to, and the reference changes
-- from
CREATE TABLE m (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (a, b)) PARTITION BY RANGE (a);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE r (id integer, a integer, b integer, FOREIGN KEY (a, b) REFERENCES m);
-- to
CREATE TABLE m (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (a, b)) PARTITION BY RANGE (a);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20) PARTITION BY LIST (b);
CREATE TABLE m2a PARTITION OF m2 FOR VALUES IN (1, 2);
CREATE TABLE m2b PARTITION OF m2 DEFAULT;
CREATE TABLE r (id integer, a integer, b integer, FOREIGN KEY (a, b) REFERENCES m ON DELETE CASCADE);
-- rows
INSERT INTO m VALUES (1, 2);
INSERT INTO r VALUES (1, 1, 2);
