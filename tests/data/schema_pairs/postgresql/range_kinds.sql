-- pair: subtype difference and multirange name
-- from
CREATE TYPE r AS RANGE (subtype = float8);
-- to
CREATE TYPE r AS RANGE (subtype = float8, subtype_diff = float8mi, multirange_type_name = many);
-- pair: under a column and an index
-- from
CREATE TYPE r AS RANGE (subtype = float8);
CREATE TABLE t (v r);
CREATE INDEX i ON t USING gist (v);
-- to
CREATE TYPE r AS RANGE (subtype = numeric);
CREATE TABLE t (v r);
CREATE INDEX i ON t USING gist (v);
-- rows
INSERT INTO t VALUES ('[1,2)');
-- pair: collation
-- from
CREATE TYPE r AS RANGE (subtype = text);
CREATE VIEW v AS SELECT 'empty'::r AS r;
-- to
CREATE TYPE r AS RANGE (subtype = text, collation = "C");
CREATE VIEW v AS SELECT 'empty'::r AS r;
