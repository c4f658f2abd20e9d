-- pair: row of a table in a column while a column's type changes
-- from
CREATE TABLE part (a int, b text);
CREATE TABLE whole (id int PRIMARY KEY, p part, ps part[]);
CREATE VIEW seen AS SELECT id, (p).b FROM whole;
CREATE INDEX by_part ON whole (((p).a));
-- to
CREATE TABLE part (a bigint, b text);
CREATE TABLE whole (id int PRIMARY KEY, p part, ps part[]);
CREATE VIEW seen AS SELECT id, (p).b FROM whole;
CREATE INDEX by_part ON whole (((p).a));
-- rows
INSERT INTO whole VALUES (1, ROW(1, 'x, "y"'), ARRAY[ROW(2, NULL), NULL]::part[]), (2, NULL, NULL);
INSERT INTO part VALUES (5, 'y');
-- pair: row of a table in a column while a column comes
-- loses: public.whole.p
-- from
CREATE TABLE part (a int, b text);
CREATE TABLE whole (id int PRIMARY KEY, p part);
-- to
CREATE TABLE part (a int, b text, c date);
CREATE TABLE whole (id int PRIMARY KEY, p part);
-- rows
INSERT INTO whole VALUES (1, ROW(1, 'x'));
INSERT INTO part VALUES (5, 'y');
-- pair: row of a table in a domain and a composite
-- from
CREATE TABLE part (a int, b text);
CREATE DOMAIN good_part AS part CHECK ((VALUE).a > 0);
CREATE TYPE both_parts AS (one part, other good_part);
CREATE TABLE whole (id int PRIMARY KEY, d good_part, c both_parts);
-- to
CREATE TABLE part (a int, b varchar(30));
CREATE DOMAIN good_part AS part CHECK ((VALUE).a > 0);
CREATE TYPE both_parts AS (one part, other good_part);
CREATE TABLE whole (id int PRIMARY KEY, d good_part, c both_parts);
-- rows
INSERT INTO whole VALUES (1, ROW(1, 'x'), ROW(ROW(1, 'x'), ROW(2, 'y')));
INSERT INTO part VALUES (5, 'y');
-- pair: table whose rows a column holds becomes unlogged
-- from
CREATE TABLE part (a int, b text);
CREATE TABLE whole (id int PRIMARY KEY, p part);
-- to
CREATE UNLOGGED TABLE part (a int, b text);
CREATE TABLE whole (id int PRIMARY KEY, p part);
-- rows
INSERT INTO whole VALUES (1, ROW(1, 'x'));
-- pair: table whose rows a column holds becomes partitioned
-- from
CREATE TABLE part (a int, b text);
CREATE TABLE whole (id int PRIMARY KEY, p part);
-- to
CREATE TABLE part (a int, b text) PARTITION BY LIST (a);
CREATE TABLE part_rest PARTITION OF part DEFAULT;
CREATE TABLE whole (id int PRIMARY KEY, p part);
-- rows
INSERT INTO whole VALUES (1, ROW(1, 'x'));
INSERT INTO part VALUES (5, 'y');
-- pair: table whose rows a column held goes
-- from
CREATE TABLE part (a int);
CREATE FUNCTION of_part(part) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE whole (id int, p part);
-- to
CREATE TABLE whole (id int);
-- rows
INSERT INTO whole VALUES (1, ROW(1));
-- pair: composite becomes a table of its name
-- from
CREATE TYPE k AS (a int, b text);
CREATE TABLE t (id int, x k);
-- to
CREATE TABLE k (a int, b text);
CREATE TABLE t (id int, x k);
-- rows
INSERT INTO t VALUES (1, ROW(1, 'b'));
-- pair: domain becomes an enum of its name
-- from
CREATE DOMAIN k AS text CHECK (VALUE IN ('a', 'b'));
CREATE TABLE t (id int, x k DEFAULT 'a', xs k[]);
CREATE INDEX t_x ON t (x);
-- to
CREATE TYPE k AS ENUM ('a', 'b');
CREATE TABLE t (id int, x k DEFAULT 'a', xs k[]);
CREATE INDEX t_x ON t (x);
-- rows
INSERT INTO t VALUES (1, 'b', '{a,b}');
