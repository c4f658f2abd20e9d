-- pair: context
-- from
CREATE TYPE k AS (x integer);
CREATE FUNCTION kf(k) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT $1.x';
CREATE CAST (k AS integer) WITH FUNCTION kf(k);
-- to
CREATE TYPE k AS (x integer);
CREATE FUNCTION kf(k) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT $1.x';
CREATE CAST (k AS integer) WITH FUNCTION kf(k) AS IMPLICIT;
COMMENT ON CAST (k AS integer) IS 'x';
-- pair: method, and used by a view
-- from
CREATE TYPE k AS ENUM ('a');
CREATE CAST (text AS k) WITH INOUT;
CREATE VIEW v AS SELECT 'a'::text::k AS k;
-- to
CREATE TYPE k AS ENUM ('a', 'b');
CREATE CAST (text AS k) WITH INOUT AS ASSIGNMENT;
CREATE VIEW v AS SELECT 'a'::text::k AS k;
