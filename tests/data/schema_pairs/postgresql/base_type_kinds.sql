-- pair: base type comes
-- from
CREATE TABLE t (id integer PRIMARY KEY);
-- to
CREATE TYPE bt;
CREATE FUNCTION bt_in(cstring) RETURNS bt LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION bt_out(bt) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE bt (INPUT = bt_in, OUTPUT = bt_out, LIKE = integer, CATEGORY = 'N');
CREATE TABLE t (id integer PRIMARY KEY, b bt);
COMMENT ON TYPE bt IS 'base';
-- rows
INSERT INTO t VALUES (1);
-- pair: base type under a table goes
-- from
CREATE TYPE bt;
CREATE FUNCTION bt_in(cstring) RETURNS bt LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION bt_out(bt) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE bt (INPUT = bt_in, OUTPUT = bt_out, LIKE = integer);
CREATE TABLE t (id integer PRIMARY KEY, b bt);
CREATE FUNCTION eat(bt) RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- to
CREATE TABLE t (id integer PRIMARY KEY);
-- rows
INSERT INTO t VALUES (1, '4');
-- pair: base type delimiter, default and collatable
-- from
CREATE TYPE bt;
CREATE FUNCTION bt_in(cstring) RETURNS bt LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION bt_out(bt) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE bt (INPUT = bt_in, OUTPUT = bt_out, LIKE = integer);
-- to
CREATE TYPE bt;
CREATE FUNCTION bt_in(cstring) RETURNS bt LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION bt_out(bt) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE bt (INPUT = bt_in, OUTPUT = bt_out, LIKE = integer, DELIMITER = ';', DEFAULT = '7');
-- pair: shell type
-- from
CREATE TABLE t (id integer);
-- to
CREATE TABLE t (id integer);
CREATE TYPE shell;
COMMENT ON TYPE shell IS 'later';
-- pair: base type gets an operator class under an index
-- both
CREATE TYPE bt;
CREATE FUNCTION bt_in(cstring) RETURNS bt LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION bt_out(bt) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE bt (INPUT = bt_in, OUTPUT = bt_out, LIKE = integer);
CREATE FUNCTION bt_lt(bt, bt) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4lt';
CREATE FUNCTION bt_le(bt, bt) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4le';
CREATE FUNCTION bt_eq(bt, bt) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4eq';
CREATE FUNCTION bt_ge(bt, bt) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4ge';
CREATE FUNCTION bt_gt(bt, bt) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4gt';
CREATE FUNCTION bt_cmp(bt, bt) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'btint4cmp';
CREATE TABLE t (id integer PRIMARY KEY, b bt);
-- from
-- to
CREATE OPERATOR < (LEFTARG = bt, RIGHTARG = bt, FUNCTION = bt_lt, COMMUTATOR = >, NEGATOR = >=);
CREATE OPERATOR <= (LEFTARG = bt, RIGHTARG = bt, FUNCTION = bt_le, COMMUTATOR = >=, NEGATOR = >);
CREATE OPERATOR = (LEFTARG = bt, RIGHTARG = bt, FUNCTION = bt_eq, COMMUTATOR = =, MERGES);
CREATE OPERATOR >= (LEFTARG = bt, RIGHTARG = bt, FUNCTION = bt_ge);
CREATE OPERATOR > (LEFTARG = bt, RIGHTARG = bt, FUNCTION = bt_gt);
CREATE OPERATOR CLASS bt_ops DEFAULT FOR TYPE bt USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 bt_cmp(bt, bt);
CREATE INDEX t_b ON t (b);
-- rows
INSERT INTO t VALUES (1, '4'), (2, '3');
-- pair: base type changes while a column, an array and a domain hold it
-- from
CREATE TYPE bt;
CREATE FUNCTION bt_in(cstring) RETURNS bt LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION bt_out(bt) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE bt (INPUT = bt_in, OUTPUT = bt_out, LIKE = integer);
CREATE TABLE t (id integer PRIMARY KEY, b bt DEFAULT '5', c bt[]);
CREATE VIEW v AS SELECT b FROM t;
GRANT USAGE ON TYPE bt TO rev_reader;
COMMENT ON TYPE bt IS 'old';
-- to
CREATE TYPE bt;
CREATE FUNCTION bt_in(cstring) RETURNS bt LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION bt_out(bt) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE bt (INPUT = bt_in, OUTPUT = bt_out, LIKE = integer, CATEGORY = 'N', PREFERRED = true);
CREATE TABLE t (id integer PRIMARY KEY, b bt DEFAULT '6', c bt[]);
CREATE VIEW v AS SELECT b FROM t;
ALTER TYPE bt OWNER TO rev_owner;
-- rows
INSERT INTO t VALUES (1, '4', '{1,2}');
-- pair: base type of variable length, with all its functions
-- from
CREATE TABLE x (id integer);
-- to
CREATE TABLE x (id integer);
CREATE TYPE word;
CREATE FUNCTION word_in(cstring) RETURNS word LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION word_out(word) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION word_recv(internal) RETURNS word LANGUAGE internal STABLE STRICT AS 'textrecv';
CREATE FUNCTION word_send(word) RETURNS bytea LANGUAGE internal STABLE STRICT AS 'textsend';
CREATE TYPE word (INPUT = word_in, OUTPUT = word_out, RECEIVE = word_recv, SEND = word_send, LIKE = text, COLLATABLE = true, DELIMITER = ';', DEFAULT = 'a''b');
CREATE CAST (word AS text) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE TABLE t (w word COLLATE "C", l word[]);
-- pair: shell becomes a type and the other way round
-- from
CREATE TYPE a;
CREATE TYPE b;
CREATE FUNCTION b_in(cstring) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION b_out(b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE b (INPUT = b_in, OUTPUT = b_out, LIKE = integer);
-- to
CREATE TYPE b;
CREATE TYPE a;
CREATE FUNCTION a_in(cstring) RETURNS a LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION a_out(a) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE a (INPUT = a_in, OUTPUT = a_out, LIKE = integer);
