-- pair: text search configuration with mappings under a generated column and an index, dictionary changes
-- from
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, STOPWORDS = 'english');
CREATE TEXT SEARCH CONFIGURATION c (PARSER = default);
ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR asciiword, word WITH d;
CREATE TABLE t (a text, v tsvector GENERATED ALWAYS AS (to_tsvector('c', a)) STORED);
CREATE INDEX ti ON t USING gin (v);
COMMENT ON TEXT SEARCH CONFIGURATION c IS 'mine';
-- to
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, ACCEPT = false);
CREATE TEXT SEARCH CONFIGURATION c (PARSER = default);
ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR asciiword WITH d, simple;
ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR int WITH simple;
CREATE TABLE t (a varchar(99), v tsvector GENERATED ALWAYS AS (to_tsvector('c', a)) STORED);
CREATE INDEX ti ON t USING gin (v);
COMMENT ON TEXT SEARCH CONFIGURATION c IS 'mine too';
-- rows
INSERT INTO t VALUES ('hello world');
-- pair: foreign tables with columns, checks, defaults, options that change, and a trigger
-- from
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'a');
CREATE FOREIGN TABLE f (a integer OPTIONS (n 'x'), b text NOT NULL, CONSTRAINT k CHECK (a > 0)) SERVER s OPTIONS (t 'f');
CREATE VIEW v AS SELECT a FROM f;
COMMENT ON FOREIGN TABLE f IS 'far';
-- to
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'b', port '1');
CREATE FOREIGN TABLE f (a bigint OPTIONS (n 'y', m 'z') DEFAULT 4, b text, c date NOT NULL, CONSTRAINT k CHECK (a > 1)) SERVER s OPTIONS (u 'f');
CREATE VIEW v AS SELECT a, c FROM f;
COMMENT ON FOREIGN TABLE f IS 'farther';
COMMENT ON COLUMN f.c IS 'day';
GRANT SELECT ON f TO rev_reader;
-- pair: matviews in a chain, with indexes, over a column whose type changes
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer);
CREATE MATERIALIZED VIEW a AS SELECT id, n FROM t;
CREATE UNIQUE INDEX a_id ON a (id);
CREATE MATERIALIZED VIEW b AS SELECT n, count(*) AS c FROM a GROUP BY n;
CREATE INDEX b_n ON b (n);
CREATE VIEW c AS SELECT * FROM b;
CREATE MATERIALIZED VIEW d AS SELECT * FROM c WITH NO DATA;
GRANT SELECT ON a, d TO rev_reader;
COMMENT ON COLUMN b.c IS 'how many';
COMMENT ON INDEX b_n IS 'by n';
ALTER TABLE a CLUSTER ON a_id;
-- to
CREATE TABLE t (id bigint PRIMARY KEY, n numeric);
CREATE MATERIALIZED VIEW a AS SELECT id, n FROM t;
CREATE UNIQUE INDEX a_id ON a (id);
CREATE MATERIALIZED VIEW b AS SELECT n, count(*) AS c FROM a GROUP BY n;
CREATE INDEX b_n ON b (n);
CREATE VIEW c AS SELECT * FROM b;
CREATE MATERIALIZED VIEW d AS SELECT * FROM c WITH NO DATA;
GRANT SELECT ON a, d TO rev_reader;
COMMENT ON COLUMN b.c IS 'how many';
COMMENT ON INDEX b_n IS 'by n';
ALTER TABLE a CLUSTER ON a_id;
-- rows
INSERT INTO t VALUES (1, 2); REFRESH MATERIALIZED VIEW a; REFRESH MATERIALIZED VIEW b;
-- pair: functions with parsed bodies in a chain, of a table whose column is renamed and another retyped
-- rename: column public.t.n = public.t.num
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, s integer);
CREATE FUNCTION f(i integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT n FROM t WHERE id = i; END;
CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql BEGIN ATOMIC SELECT * FROM t WHERE f(id) > 0; END;
CREATE PROCEDURE h(x integer) LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (x, x, x); UPDATE t SET n = f(x) WHERE s = 1; END;
CREATE VIEW v AS SELECT id, f(id) AS q FROM g();
GRANT EXECUTE ON FUNCTION f TO rev_reader;
-- to
CREATE TABLE t (id integer PRIMARY KEY, num integer, s bigint);
CREATE FUNCTION f(i integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT num FROM t WHERE id = i; END;
CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql BEGIN ATOMIC SELECT * FROM t WHERE f(id) > 0; END;
CREATE PROCEDURE h(x integer) LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (x, x, x); UPDATE t SET num = f(x) WHERE s = 1; END;
CREATE VIEW v AS SELECT id, f(id) AS q FROM g();
GRANT EXECUTE ON FUNCTION f TO rev_reader;
-- rows
INSERT INTO t VALUES (1, 2, 3);
-- pair: views over views with invoker, check option, barrier and a column in the middle
-- since: 150000
-- from
CREATE TABLE t (a integer, b text, c date);
CREATE VIEW v1 AS SELECT a, b FROM t WHERE a > 0 WITH LOCAL CHECK OPTION;
CREATE VIEW v2 WITH (security_invoker = true) AS SELECT a, b FROM v1 WITH CASCADED CHECK OPTION;
CREATE VIEW v3 WITH (security_barrier) AS SELECT * FROM v2;
CREATE RULE r AS ON DELETE TO v3 DO INSTEAD DELETE FROM t WHERE a = OLD.a;
ALTER VIEW v2 ALTER COLUMN b SET DEFAULT 'x';
GRANT SELECT (a) ON v3 TO rev_reader;
COMMENT ON COLUMN v3.b IS 'bee';
-- to
CREATE TABLE t (a bigint, b text, c date);
CREATE VIEW v1 AS SELECT a, c, b FROM t WHERE a > 0 WITH CASCADED CHECK OPTION;
CREATE VIEW v2 WITH (security_invoker = false, security_barrier = true) AS SELECT a, b FROM v1 WITH LOCAL CHECK OPTION;
CREATE VIEW v3 WITH (security_invoker) AS SELECT * FROM v2;
CREATE RULE r AS ON DELETE TO v3 DO INSTEAD DELETE FROM t WHERE a = OLD.a;
ALTER VIEW v2 ALTER COLUMN b SET DEFAULT 'y';
ALTER VIEW v2 ALTER COLUMN a SET DEFAULT 3;
GRANT SELECT (a, b) ON v3 TO rev_reader;
COMMENT ON COLUMN v3.b IS 'bee';
-- rows
INSERT INTO t VALUES (1, 'x', NULL);
-- pair: triggers with transition tables, of columns, with a WHEN over a renamed column
-- rename: column public.t.a = public.t.aa
-- from
CREATE TABLE t (a integer, b integer);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER x AFTER INSERT ON t REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION f();
CREATE TRIGGER y AFTER UPDATE OF a ON t FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM NEW.a) EXECUTE FUNCTION f('a', 'b c');
CREATE CONSTRAINT TRIGGER z AFTER DELETE ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f();
COMMENT ON TRIGGER y ON t IS 'why';
-- to
CREATE TABLE t (aa integer, b bigint);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER x AFTER UPDATE ON t REFERENCING NEW TABLE AS n OLD TABLE AS o FOR EACH STATEMENT EXECUTE FUNCTION f();
CREATE TRIGGER y AFTER UPDATE OF aa, b ON t FOR EACH ROW WHEN (OLD.aa IS DISTINCT FROM NEW.aa) EXECUTE FUNCTION f('a', 'b c');
CREATE CONSTRAINT TRIGGER z AFTER DELETE ON t DEFERRABLE FOR EACH ROW EXECUTE FUNCTION f();
COMMENT ON TRIGGER y ON t IS 'why';
ALTER TABLE t DISABLE TRIGGER z;
-- rows
INSERT INTO t VALUES (1, 2);
-- pair: subpartitions with default partitions, split and merged
-- from
CREATE TABLE m (r text, d date, v integer) PARTITION BY LIST (r);
CREATE TABLE m_eu PARTITION OF m FOR VALUES IN ('eu') PARTITION BY RANGE (d);
CREATE TABLE m_eu_1 PARTITION OF m_eu FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE m_eu_d PARTITION OF m_eu DEFAULT;
CREATE TABLE m_d PARTITION OF m DEFAULT;
CREATE INDEX mi ON m (v);
-- to
CREATE TABLE m (r text, d date, v bigint) PARTITION BY LIST (r);
CREATE TABLE m_eu PARTITION OF m FOR VALUES IN ('eu', 'uk') PARTITION BY RANGE (d);
CREATE TABLE m_eu_1 PARTITION OF m_eu FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE m_eu_2 PARTITION OF m_eu FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');
CREATE TABLE m_eu_d PARTITION OF m_eu DEFAULT;
CREATE TABLE m_d PARTITION OF m DEFAULT PARTITION BY LIST (r);
CREATE TABLE m_d_d PARTITION OF m_d DEFAULT;
CREATE INDEX mi ON m (v, r);
-- rows
INSERT INTO m VALUES ('eu', '2024-03-01', 1), ('eu', '2030-01-01', 2), ('us', '2024-01-01', 3);
-- pair: inheritance with merged columns, defaults, not null and checks
-- from
CREATE TABLE a (x integer, y integer DEFAULT 1, CONSTRAINT k CHECK (x > 0));
CREATE TABLE b (x integer NOT NULL, z integer);
CREATE TABLE c (x integer, w text) INHERITS (a, b);
CREATE TABLE d () INHERITS (c);
-- to
CREATE TABLE a (x bigint, y integer DEFAULT 2, q text, CONSTRAINT k CHECK (x > 1), CONSTRAINT l CHECK (y > 0) NO INHERIT);
CREATE TABLE b (x bigint NOT NULL, z integer, q text);
CREATE TABLE c (x bigint DEFAULT 9, w text, y integer DEFAULT 5) INHERITS (a, b);
CREATE TABLE d (q text NOT NULL DEFAULT 'd') INHERITS (c);
-- rows
INSERT INTO a VALUES (2, 2); INSERT INTO c (x, y, z, w) VALUES (3, 3, 3, 'c');
-- pair: column storage, compression, statistics and options with another type at once
-- from
CREATE TABLE t (a text, b varchar(10), c jsonb, d bytea, n integer);
ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER b SET STATISTICS 10, ALTER c SET COMPRESSION pglz, ALTER n SET (n_distinct = 5);
-- to
CREATE TABLE t (a varchar(99), b text, c json, d text, n bigint);
ALTER TABLE t ALTER a SET STORAGE MAIN, ALTER b SET STATISTICS 20, ALTER c SET STORAGE EXTERNAL, ALTER d SET COMPRESSION pglz, ALTER n SET (n_distinct = 6, n_distinct_inherited = 2);
-- rows
INSERT INTO t VALUES ('a', 'b', '{"a":1}', 'x', 1);
-- pair: names with quotes, dots, blanks, uppercase, umlauts and 63 bytes, all changing
-- from
CREATE SCHEMA "Sch. ""q""";
CREATE TABLE "Sch. ""q"""."Tä.b le" ("Id X" serial PRIMARY KEY, "a""b" text DEFAULT 'it''s', "select" integer GENERATED ALWAYS AS (1) STORED, "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg" integer);
CREATE INDEX "I . x" ON "Sch. ""q"""."Tä.b le" ("a""b", lower("a""b"));
CREATE VIEW "Sch. ""q"""."V w" AS SELECT "Id X", "a""b" FROM "Sch. ""q"""."Tä.b le";
CREATE TYPE "Sch. ""q"""."E e" AS ENUM ('a b', 'c"d', 'e''f');
COMMENT ON COLUMN "Sch. ""q"""."Tä.b le"."a""b" IS 'it''s \ a "q"';
-- to
CREATE SCHEMA "Sch. ""q""";
CREATE TYPE "Sch. ""q"""."E e" AS ENUM ('a b', 'n\n', 'c"d', 'e''f');
CREATE TABLE "Sch. ""q"""."Tä.b le" ("Id X" bigserial PRIMARY KEY, "a""b" varchar(40) DEFAULT E'it\\s', "select" integer GENERATED ALWAYS AS (2) STORED, "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg" bigint NOT NULL, "neu.é" "Sch. ""q"""."E e" DEFAULT 'e''f' CHECK ("neu.é" <> 'a b'));
CREATE INDEX "I . x" ON "Sch. ""q"""."Tä.b le" ("a""b" DESC, upper("a""b"));
CREATE VIEW "Sch. ""q"""."V w" AS SELECT "Id X", "a""b", "neu.é" FROM "Sch. ""q"""."Tä.b le";
COMMENT ON COLUMN "Sch. ""q"""."Tä.b le"."a""b" IS 'it''s \ another "q"';
-- rows
INSERT INTO "Sch. ""q"""."Tä.b le" ("a""b", "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg") VALUES ('x', 1);
-- pair: comments of every kind come
-- from
CREATE SCHEMA s;
CREATE TABLE s.t (a integer PRIMARY KEY, b text UNIQUE, CONSTRAINT k CHECK (a > 0), CONSTRAINT f FOREIGN KEY (a) REFERENCES s.t);
CREATE INDEX i ON s.t (b);
CREATE VIEW s.v AS SELECT a FROM s.t;
CREATE MATERIALIZED VIEW s.m AS SELECT a FROM s.t;
CREATE INDEX mi ON s.m (a);
CREATE SEQUENCE s.q;
CREATE TYPE s.e AS ENUM ('a'); CREATE TYPE s.c AS (x integer); CREATE TYPE s.r AS RANGE (subtype = integer); CREATE DOMAIN s.d AS integer CONSTRAINT dc CHECK (VALUE > 0);
CREATE FUNCTION s.f(integer, VARIADIC text[]) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE s.p() LANGUAGE sql AS '';
CREATE AGGREGATE s.g(integer) (SFUNC = int4pl, STYPE = integer);
CREATE FUNCTION s.tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION s.tf();
CREATE RULE ru AS ON DELETE TO s.t DO INSTEAD NOTHING;
CREATE POLICY po ON s.t USING (true);
CREATE STATISTICS s.st ON a, b FROM s.t;
CREATE OPERATOR s.## (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4pl);
CREATE COLLATION s.co (locale = 'C');
CREATE CAST (s.e AS integer) WITH INOUT;
CREATE OPERATOR FAMILY s.of USING btree;
CREATE TEXT SEARCH CONFIGURATION s.tc (PARSER = default);
CREATE TEXT SEARCH DICTIONARY s.td (TEMPLATE = simple);
CREATE CONVERSION s.cv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE PUBLICATION pu;
CREATE FOREIGN DATA WRAPPER w; CREATE SERVER sv FOREIGN DATA WRAPPER w;
-- to
CREATE SCHEMA s;
CREATE TABLE s.t (a integer PRIMARY KEY, b text UNIQUE, CONSTRAINT k CHECK (a > 0), CONSTRAINT f FOREIGN KEY (a) REFERENCES s.t);
CREATE INDEX i ON s.t (b);
CREATE VIEW s.v AS SELECT a FROM s.t;
CREATE MATERIALIZED VIEW s.m AS SELECT a FROM s.t;
CREATE INDEX mi ON s.m (a);
CREATE SEQUENCE s.q;
CREATE TYPE s.e AS ENUM ('a'); CREATE TYPE s.c AS (x integer); CREATE TYPE s.r AS RANGE (subtype = integer); CREATE DOMAIN s.d AS integer CONSTRAINT dc CHECK (VALUE > 0);
CREATE FUNCTION s.f(integer, VARIADIC text[]) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE s.p() LANGUAGE sql AS '';
CREATE AGGREGATE s.g(integer) (SFUNC = int4pl, STYPE = integer);
CREATE FUNCTION s.tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION s.tf();
CREATE RULE ru AS ON DELETE TO s.t DO INSTEAD NOTHING;
CREATE POLICY po ON s.t USING (true);
CREATE STATISTICS s.st ON a, b FROM s.t;
CREATE OPERATOR s.## (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4pl);
CREATE COLLATION s.co (locale = 'C');
CREATE CAST (s.e AS integer) WITH INOUT;
CREATE OPERATOR FAMILY s.of USING btree;
CREATE TEXT SEARCH CONFIGURATION s.tc (PARSER = default);
CREATE TEXT SEARCH DICTIONARY s.td (TEMPLATE = simple);
CREATE CONVERSION s.cv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE PUBLICATION pu;
CREATE FOREIGN DATA WRAPPER w; CREATE SERVER sv FOREIGN DATA WRAPPER w;
COMMENT ON SCHEMA s IS 'x'; COMMENT ON TABLE s.t IS 'x'; COMMENT ON COLUMN s.t.a IS 'x'; COMMENT ON CONSTRAINT t_pkey ON s.t IS 'x'; COMMENT ON CONSTRAINT k ON s.t IS 'x'; COMMENT ON CONSTRAINT f ON s.t IS 'x';
COMMENT ON INDEX s.t_pkey IS 'x'; COMMENT ON INDEX s.i IS 'x'; COMMENT ON VIEW s.v IS 'x'; COMMENT ON COLUMN s.v.a IS 'x'; COMMENT ON MATERIALIZED VIEW s.m IS 'x'; COMMENT ON COLUMN s.m.a IS 'x'; COMMENT ON INDEX s.mi IS 'x'; COMMENT ON SEQUENCE s.q IS 'x';
COMMENT ON TYPE s.e IS 'x'; COMMENT ON TYPE s.c IS 'x'; COMMENT ON COLUMN s.c.x IS 'x'; COMMENT ON TYPE s.r IS 'x'; COMMENT ON DOMAIN s.d IS 'x'; COMMENT ON CONSTRAINT dc ON DOMAIN s.d IS 'x';
COMMENT ON FUNCTION s.f(integer, VARIADIC text[]) IS 'x'; COMMENT ON PROCEDURE s.p() IS 'x'; COMMENT ON AGGREGATE s.g(integer) IS 'x'; COMMENT ON TRIGGER tr ON s.t IS 'x'; COMMENT ON RULE ru ON s.t IS 'x'; COMMENT ON POLICY po ON s.t IS 'x'; COMMENT ON STATISTICS s.st IS 'x';
COMMENT ON OPERATOR s.## (integer, integer) IS 'x'; COMMENT ON COLLATION s.co IS 'x'; COMMENT ON CAST (s.e AS integer) IS 'x'; COMMENT ON OPERATOR FAMILY s.of USING btree IS 'x'; COMMENT ON TEXT SEARCH CONFIGURATION s.tc IS 'x'; COMMENT ON TEXT SEARCH DICTIONARY s.td IS 'x'; COMMENT ON CONVERSION s.cv IS 'x'; COMMENT ON PUBLICATION pu IS 'x'; COMMENT ON FOREIGN DATA WRAPPER w IS 'x'; COMMENT ON SERVER sv IS 'x';
-- pair: default privileges change while objects come and go
-- from
CREATE SCHEMA s;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO rev_reader;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO rev_writer;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE TABLE s.a (x serial);
CREATE FUNCTION s.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- to
CREATE SCHEMA s;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT, INSERT ON TABLES TO rev_reader WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO rev_writer;
CREATE TABLE s.b (x bigserial, y integer GENERATED ALWAYS AS IDENTITY);
CREATE VIEW s.v AS SELECT x FROM s.b;
CREATE FUNCTION s.g() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TYPE s.e AS ENUM ('a');
-- pair: event trigger changes with its function beside table changes
-- from
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER e ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION f();
CREATE TABLE t (a integer);
-- to
CREATE FUNCTION g() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''x''; END';
CREATE EVENT TRIGGER e ON sql_drop WHEN TAG IN ('DROP TABLE', 'DROP VIEW') EXECUTE FUNCTION g();
ALTER EVENT TRIGGER e DISABLE;
COMMENT ON EVENT TRIGGER e IS 'watch';
CREATE TABLE t (a bigint, b text);
-- rows
INSERT INTO t VALUES (1);
