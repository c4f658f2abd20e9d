-- given
CREATE TYPE mood AS ENUM ('low', 'fine');
CREATE TYPE pair AS (mood mood, note text);
CREATE DOMAIN good_mood AS mood CHECK (VALUE <> 'low');
CREATE TABLE person (id int PRIMARY KEY, mood mood NOT NULL DEFAULT 'low', moods mood[], note text, at date);
CREATE TABLE visit (id int, mood mood, note text) PARTITION BY LIST (mood);
CREATE TABLE visit_low PARTITION OF visit FOR VALUES IN ('low');
CREATE VIEW people AS SELECT id, mood, note FROM person;
CREATE FUNCTION is_good(m mood) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT m <> 'low'::mood $$;
CREATE FUNCTION cheer() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE person SET mood = 'great' WHERE id = 1; END $$;
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
INSERT INTO person (id, note) SELECT n, 'x' FROM generate_series(1, 300) AS n;
INSERT INTO visit SELECT n, 'low' FROM generate_series(1, 300) AS n;
-- case: a type renamed, a value added, and the value used
ALTER TYPE mood RENAME TO moods;
ALTER TYPE moods ADD VALUE 'great';
UPDATE person SET mood = 'great' WHERE id = 1;
-- case: a value added, its type renamed, and the value used
ALTER TYPE mood ADD VALUE 'great';
ALTER TYPE mood RENAME TO moods;
UPDATE person SET mood = 'great' WHERE id = 1;
-- case: a value added in a block and used behind it
DO $$ BEGIN ALTER TYPE mood ADD VALUE 'great'; END $$;
UPDATE person SET mood = 'great' WHERE id = 1;
-- case: a value added and used in one block
DO $$ BEGIN ALTER TYPE mood ADD VALUE 'great'; UPDATE person SET mood = 'great' WHERE id = 1; END $$;
-- case: a value added by EXECUTE in a block, and used behind it
DO $$ BEGIN EXECUTE 'ALTER TYPE mood ADD VALUE ''great'''; END $$;
INSERT INTO person (id, mood) VALUES (1000, 'great');
-- case: a value added unless a block finds it, and used
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_enum WHERE enumlabel = 'great') THEN ALTER TYPE mood ADD VALUE 'great'; END IF;
END $$;
UPDATE person SET mood = 'great' WHERE id = 1;
-- case: a value added and used in an array's constructor
ALTER TYPE mood ADD VALUE 'great';
UPDATE person SET moods = ARRAY['great']::mood[] WHERE id = 1;
-- case: a value added and used in an array's text
ALTER TYPE mood ADD VALUE 'great';
UPDATE person SET moods = '{low,great}' WHERE id = 1;
-- case: a value added and used in the default of an array
ALTER TYPE mood ADD VALUE 'great';
ALTER TABLE person ALTER COLUMN moods SET DEFAULT '{great}';
-- case: a value added and compared by ANY of an array
ALTER TYPE mood ADD VALUE 'great';
UPDATE person SET note = 'y' WHERE id = 1 AND mood = ANY ('{great}');
-- case: a value added and compared by IN
ALTER TYPE mood ADD VALUE 'great';
UPDATE person SET note = 'y' WHERE id = 1 AND mood IN ('low', 'great');
-- case: a value added and compared by NOT IN
ALTER TYPE mood ADD VALUE 'great';
UPDATE person SET note = 'y' WHERE id = 1 AND mood NOT IN ('great');
-- case: a value added and used in COALESCE
ALTER TYPE mood ADD VALUE 'great';
UPDATE person SET mood = coalesce(mood, 'great') WHERE id = 1;
-- case: a value added and used in CASE
ALTER TYPE mood ADD VALUE 'great';
UPDATE person SET mood = CASE WHEN id = 1 THEN 'great' ELSE mood END WHERE id = 1;
-- case: a value added and compared in CASE
ALTER TYPE mood ADD VALUE 'great';
UPDATE person SET note = CASE mood WHEN 'great' THEN 'a' ELSE 'b' END WHERE id = 1;
-- case: a value added and handed to a function
ALTER TYPE mood ADD VALUE 'great';
SELECT is_good('great');
-- case: a value added, and a function called that uses it
ALTER TYPE mood ADD VALUE 'great';
SELECT cheer();
-- case: a value added and inserted by a query
ALTER TYPE mood ADD VALUE 'great';
INSERT INTO person (id, mood) SELECT 1000, 'great';
-- case: a value added and used where rows meet
ALTER TYPE mood ADD VALUE 'great';
INSERT INTO person (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET mood = 'great';
-- case: a value added and written through a view
ALTER TYPE mood ADD VALUE 'great';
UPDATE people SET mood = 'great' WHERE id = 1;
-- case: a value added and used as the default of a domain
ALTER TYPE mood ADD VALUE 'great';
CREATE DOMAIN best AS mood DEFAULT 'great';
-- case: a value added and used in the check of a domain
ALTER TYPE mood ADD VALUE 'great';
CREATE DOMAIN best AS mood CHECK (VALUE = 'great');
-- case: a value added and used for a column of a domain
ALTER TYPE mood ADD VALUE 'great';
ALTER TABLE person ADD COLUMN best good_mood DEFAULT 'great';
-- case: a value added and used for a partition
ALTER TYPE mood ADD VALUE 'great';
CREATE TABLE visit_great PARTITION OF visit FOR VALUES IN ('great');
-- case: a value added and used in a trigger's condition
ALTER TYPE mood ADD VALUE 'great';
CREATE TRIGGER t BEFORE UPDATE ON person FOR EACH ROW WHEN (NEW.mood = 'great') EXECUTE FUNCTION keep();
-- case: a value added and used in a policy
ALTER TYPE mood ADD VALUE 'great';
CREATE POLICY p ON person USING (mood = 'great');
-- case: a value added and used in a generated column
ALTER TYPE mood ADD VALUE 'great';
CREATE TABLE t (mood mood, is_great boolean GENERATED ALWAYS AS (mood = 'great') STORED);
-- case: a value added, and all values asked for
ALTER TYPE mood ADD VALUE 'great';
SELECT enum_range(NULL::mood);
-- case: a value added, and the old ones compared
ALTER TYPE mood ADD VALUE 'great' BEFORE 'fine';
UPDATE person SET note = 'y' WHERE id = 1 AND mood > 'low';
-- case: a value added, and only its text used
ALTER TYPE mood ADD VALUE 'great';
UPDATE person SET note = 'great' WHERE id = 1 AND mood::text = 'great';
-- case: a value added, and a column of text compared with it
ALTER TYPE mood ADD VALUE 'great';
UPDATE person SET mood = 'fine' WHERE id = 1 AND note = 'great';
-- case: a value added and used in a function's default
ALTER TYPE mood ADD VALUE 'great';
CREATE FUNCTION of(m mood DEFAULT 'great') RETURNS int LANGUAGE sql AS 'SELECT 1';
-- case: a value added and used in the body of a procedure
ALTER TYPE mood ADD VALUE 'great';
CREATE PROCEDURE make() LANGUAGE sql AS $$ INSERT INTO person (id, mood) VALUES (1000, 'great') $$;
-- case: a value added and merged
ALTER TYPE mood ADD VALUE 'great';
MERGE INTO person USING (SELECT 1 AS id) s ON s.id = person.id WHEN MATCHED THEN UPDATE SET mood = 'great';
-- case: a value added and used in a WITH
ALTER TYPE mood ADD VALUE 'great';
WITH w AS (UPDATE person SET mood = 'great' WHERE id = 1 RETURNING id) SELECT count(*) FROM w;
-- case: a value added and used in a materialized view
ALTER TYPE mood ADD VALUE 'great';
CREATE MATERIALIZED VIEW m AS SELECT id FROM person WHERE mood = 'great';
-- case: a value added and used in a table made of a query
ALTER TYPE mood ADD VALUE 'great';
CREATE TABLE t AS SELECT 'great'::mood AS mood;
-- case: a value added and used to change a column's type
ALTER TYPE mood ADD VALUE 'great';
ALTER TABLE person ALTER COLUMN note TYPE mood USING 'great'::mood;
-- case: a value of another name added and another one used
ALTER TYPE mood ADD VALUE 'great';
UPDATE person SET mood = 'fine' WHERE id = 1;
-- case: a value renamed and used
ALTER TYPE mood RENAME VALUE 'fine' TO 'great';
UPDATE person SET mood = 'great' WHERE id = 1;
-- case (no transaction): a value added and used, each by itself
ALTER TYPE mood ADD VALUE 'great';
UPDATE person SET mood = 'great', moods = '{great}' WHERE id = 1;
