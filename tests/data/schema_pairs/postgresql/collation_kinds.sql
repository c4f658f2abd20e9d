-- pair: nondeterministic, comment, owner
-- from
CREATE COLLATION c (provider = icu, locale = 'und');
-- to
CREATE COLLATION c (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
COMMENT ON COLLATION c IS 'c';
ALTER COLLATION c OWNER TO rev_owner;
-- pair: under a domain and a composite
-- from
CREATE COLLATION c (locale = 'C');
CREATE DOMAIN d AS text COLLATE c;
CREATE TYPE k AS (a text COLLATE c);
CREATE TABLE t (a d, b k, x text COLLATE c PRIMARY KEY);
-- to
CREATE COLLATION c (provider = icu, locale = 'und');
CREATE DOMAIN d AS text COLLATE c;
CREATE TYPE k AS (a text COLLATE c);
CREATE TABLE t (a d, b k, x text COLLATE c PRIMARY KEY);
-- rows
INSERT INTO t VALUES ('a', '(b)', 'c');
