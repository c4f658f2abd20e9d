-- pair: default
-- from
CREATE DOMAIN d AS text;
CREATE TABLE t (v d);
-- to
CREATE DOMAIN d AS text DEFAULT '1';
CREATE TABLE t (v d);
-- rows
INSERT INTO t VALUES ('5');
-- pair: not null
-- from
CREATE DOMAIN d AS text;
CREATE TABLE t (v d);
-- to
CREATE DOMAIN d AS text NOT NULL;
CREATE TABLE t (v d);
-- rows
INSERT INTO t VALUES ('5');
-- pair: check comes
-- from
CREATE DOMAIN d AS text;
CREATE TABLE t (v d);
-- to
CREATE DOMAIN d AS text CHECK (VALUE <> '');
CREATE TABLE t (v d);
-- rows
INSERT INTO t VALUES ('5');
-- pair: check changes
-- from
CREATE DOMAIN d AS text CONSTRAINT k CHECK (VALUE <> '');
CREATE TABLE t (v d);
-- to
CREATE DOMAIN d AS text CONSTRAINT k CHECK (VALUE <> ' ');
CREATE TABLE t (v d);
-- rows
INSERT INTO t VALUES ('5');
-- pair: two checks
-- from
CREATE DOMAIN d AS text CONSTRAINT k CHECK (VALUE <> '');
CREATE TABLE t (v d);
-- to
CREATE DOMAIN d AS text CONSTRAINT k CHECK (VALUE <> '') CONSTRAINT l CHECK (length(VALUE) < 9);
CREATE TABLE t (v d);
-- rows
INSERT INTO t VALUES ('5');
-- pair: base type
-- from
CREATE DOMAIN d AS text;
CREATE TABLE t (v d);
-- to
CREATE DOMAIN d AS varchar(9);
CREATE TABLE t (v d);
-- rows
INSERT INTO t VALUES ('5');
-- pair: base to number
-- from
CREATE DOMAIN d AS text;
CREATE TABLE t (v d);
-- to
CREATE DOMAIN d AS integer;
CREATE TABLE t (v d);
-- rows
INSERT INTO t VALUES ('5');
-- pair: collation
-- from
CREATE DOMAIN d AS text;
CREATE TABLE t (v d);
-- to
CREATE DOMAIN d AS text COLLATE "C";
CREATE TABLE t (v d);
-- rows
INSERT INTO t VALUES ('5');
-- pair: check renamed
-- rename: domain_constraint public.d.k = public.d.l
-- from
CREATE DOMAIN d AS text CONSTRAINT k CHECK (VALUE <> '');
CREATE TABLE t (v d);
-- to
CREATE DOMAIN d AS text CONSTRAINT l CHECK (VALUE <> '');
CREATE TABLE t (v d);
-- rows
INSERT INTO t VALUES ('5');
-- pair: base of a base changes
-- from
CREATE DOMAIN d AS varchar(5);
CREATE DOMAIN d2 AS d CHECK (VALUE <> '8');
CREATE TABLE t (v d2, w d[] DEFAULT '{a}');
CREATE VIEW vv AS SELECT v FROM t;
CREATE FUNCTION f(d2) RETURNS d LANGUAGE sql AS 'SELECT $1';
-- to
CREATE DOMAIN d AS text;
CREATE DOMAIN d2 AS d CHECK (VALUE <> '8');
CREATE TABLE t (v d2, w d[] DEFAULT '{a}');
CREATE VIEW vv AS SELECT v FROM t;
CREATE FUNCTION f(d2) RETURNS d LANGUAGE sql AS 'SELECT $1';
-- rows
INSERT INTO t VALUES ('a');
-- pair: column from its base type and back
-- from
CREATE DOMAIN d AS text CHECK (VALUE <> '');
CREATE TABLE t (a text, b d);
-- to
CREATE DOMAIN d AS text CHECK (VALUE <> '');
CREATE TABLE t (a d, b text);
-- rows
INSERT INTO t VALUES ('a', 'b');
-- pair: renamed with a hint
-- rename: domain public.d = public.dd
-- from
CREATE DOMAIN d AS text CHECK (VALUE <> '');
CREATE TABLE t (a d);
-- to
CREATE DOMAIN dd AS text CONSTRAINT d_check CHECK (VALUE <> '');
CREATE TABLE t (a dd);
-- rows
INSERT INTO t VALUES ('a');
-- pair: check by a function that changes
-- from
CREATE FUNCTION ok(text) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true';
CREATE DOMAIN d AS text CHECK (ok(VALUE));
CREATE TABLE t (a d);
-- to
CREATE FUNCTION ok(v text, z integer DEFAULT 1) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true';
CREATE DOMAIN d AS text CHECK (ok(VALUE));
CREATE TABLE t (a d);
-- rows
INSERT INTO t VALUES ('a');
-- pair: owner and comment
-- from
CREATE DOMAIN d AS text CONSTRAINT k CHECK (VALUE <> '');
-- to
CREATE DOMAIN d AS text CONSTRAINT k CHECK (VALUE <> '');
ALTER DOMAIN d OWNER TO rev_owner;
COMMENT ON DOMAIN d IS 'd';
COMMENT ON CONSTRAINT k ON DOMAIN d IS 'k';
GRANT USAGE ON DOMAIN d TO rev_reader;
