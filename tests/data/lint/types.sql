-- given
CREATE DOMAIN plain_text AS text;
CREATE DOMAIN short_text AS text CHECK (length(value) < 90);
CREATE TYPE state AS ENUM ('draft', 'done');
CREATE TABLE doc (id int PRIMARY KEY, code varchar(20), title text, body varchar, fixed char(5), amount numeric(10, 2),
  total numeric, small smallint, made timestamp, seen timestamptz, made3 timestamp(3), address cidr, data json, flag text,
  state text DEFAULT 'draft', bits varbit(10), span interval(3), tags varchar(10)[], indexed varchar(10), raw timestamp,
  checked text CHECK (checked <> ''), lowered varchar(10), viewed varchar(10), ip cidr, number text DEFAULT 'none');
CREATE INDEX doc_indexed ON doc (indexed);
CREATE INDEX doc_raw ON doc (raw);
CREATE INDEX doc_lowered ON doc (lower(lowered));
CREATE INDEX doc_ip ON doc (ip);
CREATE VIEW viewed_docs AS SELECT id, viewed FROM doc;
INSERT INTO doc (id, code, title, checked, small) SELECT g, 'c' || g, '1', 'x', 1 FROM generate_series(1, 1000) AS g;

-- case: varchar longer
ALTER TABLE doc ALTER COLUMN code TYPE varchar(50);
-- case: varchar shorter
ALTER TABLE doc ALTER COLUMN code TYPE varchar(10);
-- case: varchar without a limit
ALTER TABLE doc ALTER COLUMN code TYPE varchar;
-- case: varchar to text
ALTER TABLE doc ALTER COLUMN code TYPE text;
-- case: text to varchar without a limit
ALTER TABLE doc ALTER COLUMN title TYPE varchar;
-- case: text to varchar with a limit
ALTER TABLE doc ALTER COLUMN title TYPE varchar(100);
-- case: char longer
ALTER TABLE doc ALTER COLUMN fixed TYPE char(9);
-- case: char to text
ALTER TABLE doc ALTER COLUMN fixed TYPE text;
-- case: numeric wider
ALTER TABLE doc ALTER COLUMN amount TYPE numeric(14, 2);
-- case: numeric of another scale
ALTER TABLE doc ALTER COLUMN amount TYPE numeric(14, 4);
-- case: numeric without a limit
ALTER TABLE doc ALTER COLUMN amount TYPE numeric;
-- case: numeric with a limit
ALTER TABLE doc ALTER COLUMN total TYPE numeric(10, 2);
-- case: integer to bigint
ALTER TABLE doc ALTER COLUMN id TYPE bigint;
-- case: smallint to integer
ALTER TABLE doc ALTER COLUMN small TYPE integer;
-- case: integer to text
ALTER TABLE doc ALTER COLUMN small TYPE text;
-- case: text to integer without USING
ALTER TABLE doc ALTER COLUMN title TYPE integer;
-- case: text to integer with USING
ALTER TABLE doc ALTER COLUMN title TYPE integer USING title::integer;
-- case: the same type
ALTER TABLE doc ALTER COLUMN title TYPE text;
-- case: the same type under a check
ALTER TABLE doc ALTER COLUMN checked TYPE text;
-- case: longer under an index
ALTER TABLE doc ALTER COLUMN indexed TYPE varchar(30);
-- case: longer under an index on an expression
ALTER TABLE doc ALTER COLUMN lowered TYPE varchar(30);
-- case: longer under a view
ALTER TABLE doc ALTER COLUMN viewed TYPE varchar(30);
-- case: another collation under an index
ALTER TABLE doc ALTER COLUMN indexed TYPE varchar(10) COLLATE "C";
-- case: another collation without an index
ALTER TABLE doc ALTER COLUMN title TYPE text COLLATE "C";
-- case: timestamp to timestamptz under UTC
SET LOCAL timezone = 'UTC';
ALTER TABLE doc ALTER COLUMN made TYPE timestamptz;
-- case: timestamp to timestamptz elsewhere
SET LOCAL timezone = 'Europe/Berlin';
ALTER TABLE doc ALTER COLUMN made TYPE timestamptz;
-- case: timestamp to timestamptz with a set time zone in USING
ALTER TABLE doc ALTER COLUMN made TYPE timestamptz USING made AT TIME ZONE 'UTC';
-- case: timestamp to timestamptz under UTC and an index
SET LOCAL timezone = 'UTC';
ALTER TABLE doc ALTER COLUMN raw TYPE timestamptz;
-- case: timestamp with fewer digits
ALTER TABLE doc ALTER COLUMN made TYPE timestamp(0);
-- case: timestamp with more digits
ALTER TABLE doc ALTER COLUMN made3 TYPE timestamp(6);
-- case: interval with more digits
ALTER TABLE doc ALTER COLUMN span TYPE interval(6);
-- case: cidr to inet
ALTER TABLE doc ALTER COLUMN address TYPE inet;
-- case: cidr to inet under an index
ALTER TABLE doc ALTER COLUMN ip TYPE inet;
-- case: json to jsonb
ALTER TABLE doc ALTER COLUMN data TYPE jsonb;
-- case: varbit longer
ALTER TABLE doc ALTER COLUMN bits TYPE varbit(20);
-- case: an array of longer varchar
ALTER TABLE doc ALTER COLUMN tags TYPE varchar(20)[];
-- case: text to a domain without constraints
ALTER TABLE doc ALTER COLUMN title TYPE plain_text;
-- case: text to a domain with a check
ALTER TABLE doc ALTER COLUMN title TYPE short_text;
-- case: text to an enum without USING
ALTER TABLE doc ALTER COLUMN flag TYPE state;
-- case: text to an enum with USING
ALTER TABLE doc ALTER COLUMN flag TYPE state USING flag::state;
-- case: text with a default to an enum
ALTER TABLE doc ALTER COLUMN state TYPE state USING state::state;
-- case: text to an enum, its default dropped and set again
ALTER TABLE doc ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE state USING state::state;
-- case: text with a default to integer
ALTER TABLE doc ALTER COLUMN number TYPE integer USING 1;
-- case: USING the column itself
ALTER TABLE doc ALTER COLUMN code TYPE text USING code;
-- case: USING a binary cast
ALTER TABLE doc ALTER COLUMN code TYPE text USING code::text;
-- case: USING a function
ALTER TABLE doc ALTER COLUMN code TYPE text USING lower(code);
-- case: a type change on a table of this plan
CREATE TABLE fresh (id int, name varchar(5));
INSERT INTO fresh VALUES (1, 'x');
ALTER TABLE fresh ALTER COLUMN id TYPE bigint;
-- case: two type changes of which one rewrites
ALTER TABLE doc ALTER COLUMN code TYPE text, ALTER COLUMN small TYPE bigint;
-- case: a type change of a column that is not there
ALTER TABLE doc ALTER COLUMN nothing TYPE text;
