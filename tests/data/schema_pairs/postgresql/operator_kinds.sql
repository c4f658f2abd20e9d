-- pair: estimators, negator
-- from
CREATE FUNCTION eq(text, text) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT lower($1) = lower($2)';
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = text, RIGHTARG = text);
-- to
CREATE FUNCTION eq(text, text) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT lower($1) = lower($2)';
CREATE FUNCTION ne(text, text) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT lower($1) <> lower($2)';
CREATE OPERATOR !== (FUNCTION = ne, LEFTARG = text, RIGHTARG = text, NEGATOR = ===);
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = text, RIGHTARG = text, RESTRICT = eqsel, JOIN = eqjoinsel, COMMUTATOR = ===, NEGATOR = !==);
COMMENT ON OPERATOR ===(text, text) IS 'same';
-- pair: its function replaced
-- from
CREATE FUNCTION eq(text, text) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT lower($1) = lower($2)';
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = text, RIGHTARG = text);
CREATE VIEW v AS SELECT 'a' === 'b' AS e;
-- to
CREATE FUNCTION eq(a text, b text) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT upper(a) = upper(b)';
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = text, RIGHTARG = text);
CREATE VIEW v AS SELECT 'a' === 'b' AS e;
-- pair: operator class under an index
-- from
CREATE FUNCTION lc(a integer, b integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT b - a';
CREATE OPERATOR CLASS oc FOR TYPE integer USING btree AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 lc(integer, integer);
CREATE TABLE t (a integer);
CREATE INDEX i ON t (a oc);
-- to
CREATE FUNCTION lc(a integer, b integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT b - a';
CREATE FUNCTION lc2(a integer, b integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT b - a';
CREATE OPERATOR CLASS oc FOR TYPE integer USING btree AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 lc2(integer, integer);
CREATE TABLE t (a integer);
CREATE INDEX i ON t (a oc);
-- rows
INSERT INTO t VALUES (1), (2);
-- pair: operator class in a family, comment, owner
-- from
CREATE FUNCTION lc(a integer, b integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT b - a';
-- to
CREATE FUNCTION lc(a integer, b integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT b - a';
CREATE OPERATOR FAMILY fam USING btree;
CREATE OPERATOR CLASS oc FOR TYPE integer USING btree FAMILY fam AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 lc(integer, integer);
COMMENT ON OPERATOR CLASS oc USING btree IS 'oc';
ALTER OPERATOR FAMILY fam USING btree OWNER TO rev_owner;
