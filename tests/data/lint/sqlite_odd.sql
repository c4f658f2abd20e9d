-- given
CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT, email TEXT COLLATE NOCASE UNIQUE, score REAL DEFAULT 1.5, flag INTEGER CHECK (flag IN (0, 1)));
CREATE TABLE item (id INTEGER PRIMARY KEY AUTOINCREMENT, owner_id INTEGER NOT NULL REFERENCES owner (id) ON DELETE CASCADE, name TEXT, price REAL, twice REAL AS (price * 2));
CREATE TABLE pair (a INTEGER, b INTEGER, note TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE typed (id INTEGER PRIMARY KEY, n INTEGER, t TEXT) STRICT;
CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES tree (id), name TEXT);
CREATE TABLE parts (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, FOREIGN KEY (a, b) REFERENCES pair (a, b));
CREATE TABLE plain (id INTEGER, name TEXT, more TEXT);
CREATE INDEX item_name ON item (name) WHERE price > 0;
CREATE INDEX owner_lower ON owner (lower(name));
CREATE UNIQUE INDEX plain_name ON plain (name);
CREATE VIEW rich AS SELECT o.name, sum(i.price) AS total FROM owner o JOIN item i ON i.owner_id = o.id GROUP BY o.id;
CREATE VIEW all_items AS SELECT * FROM item;
CREATE TRIGGER item_insert AFTER INSERT ON item BEGIN UPDATE owner SET score = score + 1 WHERE id = new.owner_id; END;
CREATE TRIGGER rich_delete INSTEAD OF DELETE ON rich BEGIN DELETE FROM owner WHERE name = old.name; END;
CREATE VIRTUAL TABLE words USING fts5(body);
INSERT INTO owner (id, name, email, flag) VALUES (1, 'a', 'a@x', 0), (2, 'b', 'b@x', 1);
INSERT INTO item (id, owner_id, name, price) VALUES (1, 1, 'i', 1.5), (2, 2, 'j', 2.5);
INSERT INTO pair VALUES (1, 1, 'x'), (2, 2, 'y');
INSERT INTO typed VALUES (1, 1, 'a'), (2, 2, 'b');
INSERT INTO tree VALUES (1, NULL, 'r'), (2, 1, 'c');
INSERT INTO parts VALUES (1, 1, 1);
INSERT INTO plain VALUES (1, 'a', 'b'), (2, 'c', 'd');
INSERT INTO words VALUES ('hello');

-- case: a column dropped that a generated one names
ALTER TABLE item DROP COLUMN price;
-- case: a generated column dropped
ALTER TABLE item DROP COLUMN twice;
-- case: a column dropped that a partial index's condition names
ALTER TABLE item DROP COLUMN name;
-- case: a column dropped that an expression's index names
ALTER TABLE owner DROP COLUMN name;
-- case: a column dropped that its own check names
ALTER TABLE owner DROP COLUMN flag;
-- case: a column with a default dropped
ALTER TABLE owner DROP COLUMN score;
-- case: a part of a composite key dropped
ALTER TABLE pair DROP COLUMN b;
-- case: a column of a table without rowid dropped
ALTER TABLE pair DROP COLUMN note;
-- case: a column dropped that the table itself refers to
ALTER TABLE tree DROP COLUMN parent;
-- case: a column dropped of a composite foreign key
ALTER TABLE parts DROP COLUMN a;
-- case: a column dropped that a view takes with a star
ALTER TABLE item DROP COLUMN name;
-- case: a column renamed that a view and a trigger name
ALTER TABLE owner RENAME COLUMN score TO points;
-- case: a column renamed that an index names
ALTER TABLE plain RENAME COLUMN name TO title;
-- case: a column renamed to one that is there
ALTER TABLE plain RENAME COLUMN name TO more;
-- case: a column renamed that is not there
ALTER TABLE plain RENAME COLUMN nothing TO more2;
-- case: a table renamed to one that is there
ALTER TABLE plain RENAME TO tree;
-- case: a table renamed to a view's name
ALTER TABLE plain RENAME TO rich;
-- case: a table renamed that others refer to
ALTER TABLE owner RENAME TO person;
-- case: a view renamed
ALTER TABLE rich RENAME TO richer;
-- case: a column added to a view
ALTER TABLE rich ADD COLUMN x TEXT;
-- case: an untyped column added to a strict table
ALTER TABLE typed ADD COLUMN x;
-- case: a column of an unknown type added to a strict table
ALTER TABLE typed ADD COLUMN x VARCHAR(10);
-- case: a typed column added to a strict table
ALTER TABLE typed ADD COLUMN x BLOB;
-- case: a column added with a check that rows break
ALTER TABLE plain ADD COLUMN x INTEGER DEFAULT 0 CHECK (x > 0);
-- case: a column added with a check that NULL passes
ALTER TABLE plain ADD COLUMN x INTEGER CHECK (x > 0);
-- case: a column added with NOT NULL and a default in parentheses
ALTER TABLE plain ADD COLUMN x TEXT NOT NULL DEFAULT ('a' || 'b');
-- case: a column added with the current date, NOT NULL
ALTER TABLE plain ADD COLUMN x TEXT NOT NULL DEFAULT CURRENT_DATE;
-- case: a generated column added that is NOT NULL
ALTER TABLE plain ADD COLUMN x TEXT NOT NULL AS (more);
-- case (foreign keys): a column added that refers to a table, with a default of NULL
ALTER TABLE plain ADD COLUMN o INTEGER DEFAULT NULL REFERENCES owner (id);
-- case: a column added to a full-text table
ALTER TABLE words ADD COLUMN title TEXT;
-- case: a full-text table renamed
ALTER TABLE words RENAME TO terms;
-- case: a full-text table dropped
DROP TABLE words;
-- case: an index on a column that is not there
CREATE INDEX x ON plain (nothing);
-- case: an index on an expression that changes
CREATE INDEX x ON plain (random());
-- case: an index on a view
CREATE INDEX x ON rich (name);
-- case: a unique index that rows allow
CREATE UNIQUE INDEX x ON plain (more);
-- case: an index of the same name on another table
CREATE INDEX item_name ON plain (name);
-- case: an index dropped that a unique constraint made
DROP INDEX sqlite_autoindex_owner_1;
-- case: an index dropped that is not there
DROP INDEX nothing;
-- case: a table dropped by DROP VIEW
DROP VIEW plain;
-- case: a view dropped by DROP TABLE
DROP TABLE rich;
-- case: a view of a table that is not there
CREATE VIEW v AS SELECT * FROM nothing;
-- case: a view unless it is there
CREATE VIEW IF NOT EXISTS rich AS SELECT 1;
-- case: a view that is there
CREATE VIEW rich AS SELECT 1;
-- case: a trigger on a table that is not there
CREATE TRIGGER t AFTER INSERT ON nothing BEGIN SELECT 1; END;
-- case: a trigger that writes into a table that is not there
CREATE TRIGGER t AFTER INSERT ON plain BEGIN INSERT INTO nothing VALUES (1); END;
-- case: INSTEAD OF for a table
CREATE TRIGGER t INSTEAD OF INSERT ON plain BEGIN SELECT 1; END;
-- case: a trigger dropped
DROP TRIGGER item_insert;
-- case: a table made of a query
CREATE TABLE copy AS SELECT * FROM plain;
-- case: a strict table with an unknown type
CREATE TABLE s (id INTEGER PRIMARY KEY, x VARCHAR(3)) STRICT;
-- case: WITHOUT ROWID without a key
CREATE TABLE s (id INTEGER, x TEXT) WITHOUT ROWID;
-- case: AUTOINCREMENT for another type
CREATE TABLE s (id INT PRIMARY KEY AUTOINCREMENT);
-- case: two columns of one name
CREATE TABLE s (id INTEGER, ID TEXT);
-- case: a temporary table
CREATE TEMP TABLE s (id INTEGER);
-- case: rows updated by a join
UPDATE item SET name = o.name FROM owner o WHERE o.id = item.owner_id AND o.id = 1;
-- case: rows inserted or replaced
INSERT OR REPLACE INTO plain VALUES (1, 'a', 'z');
-- case: a row inserted that breaks nothing
INSERT INTO plain VALUES (3, 'q', 'z');
-- case: a row inserted where it meets another
INSERT INTO plain VALUES (3, 'a', 'z') ON CONFLICT (name) DO NOTHING;
-- case: rows of a view deleted by its trigger
DELETE FROM rich WHERE name = 'nobody';
-- case: rows updated with a limit
UPDATE plain SET more = 'x' WHERE id = 1;
-- case: a statement of PostgreSQL
ALTER TABLE plain ALTER COLUMN name SET NOT NULL;
-- case: another statement of PostgreSQL
ALTER TABLE plain ADD CONSTRAINT c CHECK (id > 0);
-- case: TRUNCATE
TRUNCATE plain;
-- case: a serial column
CREATE TABLE s (id SERIAL PRIMARY KEY, made TIMESTAMPTZ DEFAULT now());
-- case: a cast of PostgreSQL
UPDATE plain SET more = '1'::text WHERE id = 1;
-- case: a comment on a table
COMMENT ON TABLE plain IS 'x';
-- case: ANALYZE
ANALYZE;
-- case: REINDEX
REINDEX plain;
-- case: PRAGMA user_version
PRAGMA user_version = 3;
-- case: a check of foreign keys
PRAGMA foreign_key_check;
-- case: BEGIN in a transaction
BEGIN;
SELECT 1;
COMMIT;
-- case: a savepoint
SAVEPOINT s;
UPDATE plain SET more = 'x' WHERE id = 1;
RELEASE s;
-- case: a table rebuilt with its own key referred to
CREATE TABLE new_tree (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES tree (id), name TEXT NOT NULL);
INSERT INTO new_tree SELECT id, parent, name FROM tree;
DROP TABLE tree;
ALTER TABLE new_tree RENAME TO tree;
-- case: a table rebuilt with fewer rows
CREATE TABLE new_plain (id INTEGER, name TEXT, more TEXT);
INSERT INTO new_plain SELECT id, name, more FROM plain WHERE id = 1;
DROP TABLE plain;
ALTER TABLE new_plain RENAME TO plain;
-- case: a table rebuilt without its rows
CREATE TABLE new_plain (id INTEGER, name TEXT, more TEXT);
DROP TABLE plain;
ALTER TABLE new_plain RENAME TO plain;
-- case: a table rebuilt in lower case quotes
CREATE TABLE "New_Plain" (id INTEGER, name TEXT, more TEXT);
INSERT INTO "New_Plain" SELECT * FROM plain;
DROP TABLE plain;
ALTER TABLE "New_Plain" RENAME TO plain;
-- case: a generated column in a new table
CREATE TABLE s (id INTEGER PRIMARY KEY, a TEXT, b TEXT GENERATED ALWAYS AS (upper(a)) STORED);
-- case: a window in a view
CREATE VIEW v AS SELECT name, row_number() OVER (ORDER BY id) AS n FROM plain;
-- case: an upsert that returns
INSERT INTO plain VALUES (1, 'a', 'z') ON CONFLICT (name) DO UPDATE SET more = excluded.more RETURNING id;
-- case: a table made of a query without an end
CREATE TABLE s AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 9) SELECT i FROM n;
INSERT INTO s VALUES (3);
-- case: a table made of rows
CREATE TABLE s AS VALUES (1, 2), (3, 4);
CREATE INDEX x ON s (column1);
