-- given
CREATE TABLE owner (id int PRIMARY KEY, name text);
CREATE TABLE item (id int PRIMARY KEY, owner_id int REFERENCES owner (id), price int, name text);
CREATE TABLE loose (id int PRIMARY KEY, name text);
CREATE UNLOGGED TABLE fast (id int PRIMARY KEY);
CREATE VIEW names AS SELECT name FROM item;
CREATE MATERIALIZED VIEW kept AS SELECT name FROM item;
CREATE SEQUENCE counter;
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER noting BEFORE UPDATE ON loose FOR EACH ROW EXECUTE FUNCTION noted();
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TYPE unused AS ENUM ('a');
CREATE TABLE person (id int PRIMARY KEY, feels mood, note text);
CREATE SCHEMA old;
CREATE TABLE old.thing (id int);
INSERT INTO owner SELECT g, 'n' FROM generate_series(1, 500) AS g;
INSERT INTO item SELECT g, 1 + g % 500, g, 'n' FROM generate_series(1, 1000) AS g;
INSERT INTO loose SELECT g, 'n' FROM generate_series(1, 1000) AS g;
INSERT INTO fast SELECT g FROM generate_series(1, 1000) AS g;
INSERT INTO person SELECT g, 'sad', 'new' FROM generate_series(1, 1000) AS g;

-- case: a table
CREATE TABLE fresh (id serial PRIMARY KEY, name text NOT NULL, price int CHECK (price > 0) UNIQUE);
-- case: a table that is there
CREATE TABLE item (id int);
-- case: a table unless it is there
CREATE TABLE IF NOT EXISTS item (id int);
-- case: a table from a query
CREATE TABLE fresh AS SELECT id, name FROM item;
-- case: a table like another
CREATE TABLE fresh (LIKE item INCLUDING ALL);
-- case: a table dropped
DROP TABLE loose;
-- case: a table dropped that others need
DROP TABLE owner;
-- case: a table dropped with what needs it
DROP TABLE owner CASCADE;
-- case: two tables dropped that need each other
DROP VIEW names; DROP MATERIALIZED VIEW kept;
DROP TABLE item, owner;
-- case: a table dropped that is not there
DROP TABLE IF EXISTS nothing;
-- case: a table of this plan dropped
CREATE TABLE fresh (id int);
DROP TABLE fresh;
-- case: a table renamed
ALTER TABLE loose RENAME TO tight;
-- case: a table renamed, with a view under its old name
ALTER TABLE loose RENAME TO tight;
CREATE VIEW loose AS SELECT id, name FROM tight;
-- case: a table built anew under its name
CREATE TABLE fresh (id int PRIMARY KEY, name text, more int);
INSERT INTO fresh (id, name) SELECT id, name FROM loose;
DROP TABLE loose;
ALTER TABLE fresh RENAME TO loose;
-- case: a table built anew behind its renamed self
ALTER TABLE loose RENAME TO loose_old;
CREATE TABLE loose (id int PRIMARY KEY, name text);
INSERT INTO loose SELECT id, name FROM loose_old;
DROP TABLE loose_old;
-- case: a table moved to another schema
ALTER TABLE loose SET SCHEMA old;
-- case: a view dropped
DROP VIEW names;
-- case: a view dropped and made again
DROP VIEW names;
CREATE VIEW names AS SELECT name FROM item WHERE price > 1;
-- case: a materialized view dropped
DROP MATERIALIZED VIEW kept;
-- case: a column dropped that a view needs
ALTER TABLE item DROP COLUMN name;
-- case: a column dropped with what needs it
ALTER TABLE item DROP COLUMN name CASCADE;
-- case: a function dropped
DROP FUNCTION twice(int);
-- case: a function replaced
CREATE OR REPLACE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $1';
-- case: a function dropped and made again
DROP FUNCTION twice(int);
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $1';
-- case: a type dropped that nothing uses
DROP TYPE unused;
-- case: a type dropped that a column uses
DROP TYPE mood;
-- case: a schema dropped that has tables
DROP SCHEMA old;
-- case: a schema dropped with its tables
DROP SCHEMA old CASCADE;
-- case: a trigger made
CREATE TRIGGER more BEFORE INSERT ON loose FOR EACH ROW EXECUTE FUNCTION noted();
-- case: a trigger dropped
DROP TRIGGER noting ON loose;
-- case: a trigger switched off
ALTER TABLE loose DISABLE TRIGGER noting;
-- case: row security
ALTER TABLE loose ENABLE ROW LEVEL SECURITY;
-- case: options of a table
ALTER TABLE loose SET (fillfactor = 70, autovacuum_enabled = false);
-- case: a table UNLOGGED
ALTER TABLE loose SET UNLOGGED;
-- case: a table LOGGED
ALTER TABLE fast SET LOGGED;
-- case: a table LOGGED that is so already
ALTER TABLE loose SET LOGGED;
-- case: the access method that it has
ALTER TABLE loose SET ACCESS METHOD heap;
-- case: the owner
ALTER TABLE loose OWNER TO CURRENT_USER;
-- case: replica identity
ALTER TABLE loose REPLICA IDENTITY FULL;
-- case: a table locked
LOCK TABLE loose IN ACCESS EXCLUSIVE MODE;
-- case: a comment
COMMENT ON TABLE loose IS 'loose';
-- case: rights
GRANT SELECT ON loose TO PUBLIC;
-- case: a table emptied
TRUNCATE loose;
-- case: a table emptied that others refer to
TRUNCATE owner;
-- case: a table emptied with those that refer to it
TRUNCATE owner CASCADE;
-- case: all rows updated
UPDATE loose SET name = 'x';
-- case: all rows updated where true
UPDATE loose SET name = 'x' WHERE true;
-- case: some rows updated
UPDATE loose SET name = 'x' WHERE id BETWEEN 1 AND 100;
-- case: all rows deleted
DELETE FROM loose;
-- case: some rows deleted
DELETE FROM loose WHERE id < 100;
-- case: rows inserted
INSERT INTO loose VALUES (5000, 'x');
-- case: a column added and filled in one transaction
ALTER TABLE loose ADD COLUMN more text;
UPDATE loose SET more = name;
-- case: a column added and filled where it is empty
ALTER TABLE loose ADD COLUMN more text;
UPDATE loose SET more = name WHERE more IS NULL;
-- case: a column added, and a range of rows filled
ALTER TABLE loose ADD COLUMN more text;
UPDATE loose SET more = name WHERE id BETWEEN 1 AND 100;
-- case (no transaction): a column added, then ranges of rows filled
ALTER TABLE loose ADD COLUMN more text;
UPDATE loose SET more = name WHERE id BETWEEN 1 AND 100;
UPDATE loose SET more = name WHERE id BETWEEN 101 AND 200;
-- case: columns of two tables added
ALTER TABLE loose ADD COLUMN more text;
ALTER TABLE item ADD COLUMN more text;
-- case: all rows of a table of this plan updated
CREATE TABLE fresh AS SELECT id, name FROM item;
UPDATE fresh SET name = 'x';
-- case: a value added to an enum
ALTER TYPE mood ADD VALUE 'angry';
-- case: a value added to an enum that is there
ALTER TYPE mood ADD VALUE 'sad';
-- case: a value added to an enum unless it is there
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'sad';
-- case: a value added to an enum and used
ALTER TYPE mood ADD VALUE 'angry';
INSERT INTO person VALUES (5000, 'angry', 'x');
-- case: a value added to an enum and used as another type
ALTER TYPE mood ADD VALUE 'angry';
INSERT INTO person VALUES (5000, 'sad', 'angry');
-- case: a value added to an enum and used as a default
ALTER TYPE mood ADD VALUE 'angry';
ALTER TABLE person ALTER COLUMN feels SET DEFAULT 'angry';
-- case: a value added to an enum and used in a condition
ALTER TYPE mood ADD VALUE 'angry';
UPDATE person SET note = 'x' WHERE id = 1 AND feels = 'angry';
-- case (no transaction): a value added to an enum and used behind its commit
ALTER TYPE mood ADD VALUE 'angry';
INSERT INTO person VALUES (5000, 'angry', 'x');
-- case: an enum made and used
CREATE TYPE speed AS ENUM ('slow');
ALTER TYPE speed ADD VALUE 'fast';
CREATE TABLE car (id int, speed speed DEFAULT 'fast');
-- case: a value of an enum renamed
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';
-- case: a type renamed
ALTER TYPE mood RENAME TO feeling;
-- case: a transaction within the transaction
DO $$ BEGIN PERFORM 1; END $$;
-- case: a block that alters a table
DO $$ BEGIN ALTER TABLE loose ALTER COLUMN id TYPE bigint; END $$;
-- case: an extension and a schema
CREATE SCHEMA IF NOT EXISTS fresh;
CREATE TABLE fresh.item (id int);
