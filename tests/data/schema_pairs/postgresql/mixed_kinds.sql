-- pair: view with rule and trigger dropped and recreated with grants by column type
-- from
CREATE TABLE t (a int PRIMARY KEY, b numeric(10,2));
CREATE VIEW v WITH (security_barrier) AS SELECT a, b FROM t;
ALTER VIEW v ALTER b SET DEFAULT 5;
CREATE RULE vi AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (NEW.a, NEW.b);
COMMENT ON RULE vi ON v IS 'r';
GRANT INSERT (a), SELECT ON v TO rev_writer;
-- to
CREATE TABLE t (a int PRIMARY KEY, b numeric(12,4));
CREATE VIEW v WITH (security_barrier) AS SELECT a, b FROM t;
ALTER VIEW v ALTER b SET DEFAULT 5;
CREATE RULE vi AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (NEW.a, NEW.b);
COMMENT ON RULE vi ON v IS 'r';
GRANT INSERT (a), SELECT ON v TO rev_writer;
-- rows
INSERT INTO t VALUES (1, 2.5);
-- pair: cast under a default and a view
-- from
CREATE TYPE e AS ENUM ('1','2');
CREATE FUNCTION to_e(int) RETURNS e IMMUTABLE LANGUAGE sql AS 'SELECT $1::text::e';
CREATE TABLE t (id int, k e);
-- to
CREATE TYPE e AS ENUM ('1','2');
CREATE FUNCTION to_e(int) RETURNS e IMMUTABLE LANGUAGE sql AS 'SELECT $1::text::e';
CREATE CAST (int AS e) WITH FUNCTION to_e(int) AS ASSIGNMENT;
CREATE TABLE t (id int, k e DEFAULT 1::e);
CREATE VIEW v AS SELECT id::e AS k FROM t;
-- rows
INSERT INTO t VALUES (1, '2');
-- pair: partition tree three levels with index and fk, key type change
-- from
CREATE TABLE p (id int, y int, m int, PRIMARY KEY (id, y, m)) PARTITION BY LIST (y);
CREATE TABLE p20 PARTITION OF p FOR VALUES IN (2020) PARTITION BY RANGE (m);
CREATE TABLE p20a PARTITION OF p20 FOR VALUES FROM (1) TO (7);
CREATE TABLE p20b PARTITION OF p20 FOR VALUES FROM (7) TO (13);
CREATE INDEX pi ON p (m);
CREATE TABLE r (id int, y int, m int, FOREIGN KEY (id, y, m) REFERENCES p);
-- to
CREATE TABLE p (id bigint, y int, m int, n text, PRIMARY KEY (id, y, m)) PARTITION BY LIST (y);
CREATE TABLE p20 PARTITION OF p FOR VALUES IN (2020, 2021) PARTITION BY RANGE (m);
CREATE TABLE p20a PARTITION OF p20 FOR VALUES FROM (1) TO (7);
CREATE TABLE p20b PARTITION OF p20 FOR VALUES FROM (7) TO (14);
CREATE INDEX pi ON p (m DESC);
CREATE TABLE r (id bigint, y int, m int, FOREIGN KEY (id, y, m) REFERENCES p ON DELETE CASCADE);
-- rows
INSERT INTO p VALUES (1, 2020, 3), (2, 2020, 8);
INSERT INTO r VALUES (1, 2020, 3);
-- pair: inheritance with multiple children and check types change
-- from
CREATE TABLE a (id int CHECK (id > 0), t text DEFAULT 'q');
CREATE TABLE b (x int) INHERITS (a);
CREATE TABLE c (y int) INHERITS (b);
CREATE INDEX ci ON c (id);
-- to
CREATE TABLE a (id bigint CHECK (id > 0), t varchar(40) DEFAULT 'r', n int);
CREATE TABLE b (x int) INHERITS (a);
CREATE TABLE c (y int) INHERITS (b);
CREATE INDEX ci ON c (id, t);
-- rows
INSERT INTO a VALUES (1); INSERT INTO b VALUES (2, 'b', 3); INSERT INTO c VALUES (3, 'c', 4, 5);
-- pair: grants with grant option to public and others on everything
-- from
CREATE SCHEMA s; CREATE TABLE s.t (a int, b int); CREATE SEQUENCE s.q; CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE s.e AS ENUM ('a'); CREATE DOMAIN s.d AS int;
GRANT USAGE ON SCHEMA s TO PUBLIC; GRANT ALL ON s.t TO rev_reader WITH GRANT OPTION; GRANT USAGE ON SEQUENCE s.q TO rev_reader; REVOKE EXECUTE ON FUNCTION s.f() FROM PUBLIC; REVOKE USAGE ON TYPE s.e FROM PUBLIC;
-- to
CREATE SCHEMA s; CREATE TABLE s.t (a int, b int); CREATE SEQUENCE s.q; CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE s.e AS ENUM ('a'); CREATE DOMAIN s.d AS int;
GRANT USAGE, CREATE ON SCHEMA s TO rev_writer; GRANT SELECT, UPDATE (a) ON s.t TO rev_reader; GRANT SELECT ON s.t TO PUBLIC; GRANT ALL ON SEQUENCE s.q TO rev_reader WITH GRANT OPTION; GRANT EXECUTE ON FUNCTION s.f() TO rev_writer; GRANT USAGE ON TYPE s.e TO rev_reader; REVOKE USAGE ON DOMAIN s.d FROM PUBLIC;
-- pair: domain over domain over enum array with new label used
-- from
CREATE TYPE e AS ENUM ('a','b');
CREATE DOMAIN d1 AS e CHECK (VALUE <> 'b');
CREATE DOMAIN d2 AS d1[] CHECK (array_length(VALUE, 1) < 5);
CREATE TABLE t (x d1 DEFAULT 'a', y d2);
-- to
CREATE TYPE e AS ENUM ('a','b','c');
CREATE DOMAIN d1 AS e CHECK (VALUE <> 'c');
CREATE DOMAIN d2 AS d1[] CHECK (array_length(VALUE, 1) < 5);
CREATE TABLE t (x d1 DEFAULT 'b', y d2);
-- rows
INSERT INTO t VALUES ('a', '{a,a}');
-- pair: exclusion and unique names, key to deferrable
-- from
CREATE TABLE t (id int CONSTRAINT k PRIMARY KEY, c circle, EXCLUDE USING gist (c WITH &&));
CREATE TABLE u (t int CONSTRAINT f REFERENCES t);
-- to
CREATE TABLE t (id int CONSTRAINT k PRIMARY KEY, c circle, EXCLUDE USING gist (c WITH &&) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE u (t int CONSTRAINT f REFERENCES t ON DELETE SET DEFAULT DEFERRABLE, CONSTRAINT t_c_excl CHECK (t > 0));
-- rows
INSERT INTO t VALUES (1, '((0,0),1)'); INSERT INTO u VALUES (1);
-- pair: procedure and function overloads change defaults
-- from
CREATE FUNCTION f(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p(INOUT a int, b text DEFAULT 'x') LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT f(1) AS x, f('q'::text) AS y;
-- to
CREATE FUNCTION f(a int, b int DEFAULT 2, c int DEFAULT 3) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION f(a varchar) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE PROCEDURE p(INOUT a bigint, b text DEFAULT 'y') LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT f(1) AS x, f('q'::varchar) AS y;
-- pair: foreign table column with options while server stays
-- from
CREATE EXTENSION postgres_fdw;
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'h', port '1');
CREATE FOREIGN TABLE ft (a int OPTIONS (column_name 'x') NOT NULL, b text) SERVER s OPTIONS (table_name 't');
CREATE VIEW v AS SELECT a FROM ft;
-- to
CREATE EXTENSION postgres_fdw;
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'h2', dbname 'd');
CREATE FOREIGN TABLE ft (a bigint OPTIONS (column_name 'y'), c text DEFAULT 'q', CONSTRAINT ck CHECK (a > 0)) SERVER s OPTIONS (table_name 't', schema_name 'z');
CREATE VIEW v AS SELECT a FROM ft;
-- pair: partitions move within each other under a foreign key
-- from
CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE TABLE r (id int REFERENCES p);
-- to
CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (20);
CREATE TABLE r (id int REFERENCES p);
-- rows
INSERT INTO p VALUES (1); INSERT INTO r VALUES (1);
