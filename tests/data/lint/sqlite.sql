-- given
CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT, email TEXT UNIQUE);
CREATE TABLE item (id INTEGER PRIMARY KEY, owner_id INTEGER REFERENCES owner (id) ON DELETE CASCADE, name TEXT, price REAL, kind TEXT,
  size INT, CHECK (size > 0));
CREATE TABLE note (id INTEGER PRIMARY KEY, item_id INTEGER REFERENCES item (id), body TEXT);
CREATE TABLE loose (id INTEGER PRIMARY KEY, name TEXT, extra TEXT);
CREATE TABLE viewed (id INTEGER PRIMARY KEY, name TEXT);
CREATE INDEX item_kind ON item (kind);
CREATE VIEW names AS SELECT id, name FROM viewed;
CREATE TRIGGER noting AFTER UPDATE OF name ON loose BEGIN UPDATE note SET body = new.extra WHERE id = new.id; END;
INSERT INTO owner VALUES (1, 'a', 'a@x'), (2, 'b', 'b@x');
INSERT INTO item VALUES (1, 1, 'i', 1.5, 'k', 3), (2, 2, 'j', 2.5, 'k', 4);
INSERT INTO note VALUES (1, 1, 'n');
INSERT INTO loose VALUES (1, 'l', 'e');
INSERT INTO viewed VALUES (1, 'v');

-- case: a table
CREATE TABLE fresh (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'x');
-- case: a table that is there
CREATE TABLE item (id INTEGER);
-- case: a table unless it is there
CREATE TABLE IF NOT EXISTS item (id INTEGER);
-- case: a column
ALTER TABLE loose ADD COLUMN more TEXT;
-- case: a column that is there
ALTER TABLE loose ADD COLUMN name TEXT;
-- case: NOT NULL without a default
ALTER TABLE loose ADD COLUMN more TEXT NOT NULL;
-- case: NOT NULL with a default of NULL
ALTER TABLE loose ADD COLUMN more TEXT NOT NULL DEFAULT NULL;
-- case: NOT NULL with a default
ALTER TABLE loose ADD COLUMN more TEXT NOT NULL DEFAULT '';
-- case: a negative default
ALTER TABLE loose ADD COLUMN more INTEGER NOT NULL DEFAULT -1;
-- case: a default in parentheses
ALTER TABLE loose ADD COLUMN more INTEGER DEFAULT (1);
-- case: the current time as a default
ALTER TABLE loose ADD COLUMN more TEXT DEFAULT CURRENT_TIMESTAMP;
-- case: an expression as a default
ALTER TABLE loose ADD COLUMN more TEXT DEFAULT (datetime('now'));
-- case: a unique column
ALTER TABLE loose ADD COLUMN more TEXT UNIQUE;
-- case: a primary key column
ALTER TABLE loose ADD COLUMN more INTEGER PRIMARY KEY;
-- case: a stored column
ALTER TABLE loose ADD COLUMN more TEXT GENERATED ALWAYS AS (name) STORED;
-- case: a virtual column
ALTER TABLE loose ADD COLUMN more TEXT GENERATED ALWAYS AS (name) VIRTUAL;
-- case: a column that refers to a table
ALTER TABLE loose ADD COLUMN owner_id INTEGER REFERENCES owner (id);
-- case (foreign keys): a column with a default that refers to a table
ALTER TABLE loose ADD COLUMN owner_id INTEGER DEFAULT 1 REFERENCES owner (id);
-- case: a column with a default that refers to a table, foreign keys not enforced
ALTER TABLE loose ADD COLUMN owner_id INTEGER DEFAULT 1 REFERENCES owner (id);
-- case: a column dropped
ALTER TABLE item DROP COLUMN price;
-- case: a column dropped that an index has
ALTER TABLE item DROP COLUMN kind;
-- case: a column dropped that is unique
ALTER TABLE owner DROP COLUMN email;
-- case: a column dropped that is the primary key
ALTER TABLE owner DROP COLUMN id;
-- case: a column dropped that a check names
ALTER TABLE item DROP COLUMN size;
-- case: a column dropped that is a foreign key
ALTER TABLE item DROP COLUMN owner_id;
-- case: a column dropped that a view names
ALTER TABLE viewed DROP COLUMN name;
-- case: a column dropped that a trigger names
ALTER TABLE loose DROP COLUMN extra;
-- case: a column dropped that is not there
ALTER TABLE loose DROP COLUMN absent;
-- case: a column of this plan dropped
ALTER TABLE loose ADD COLUMN more TEXT;
ALTER TABLE loose DROP COLUMN more;
-- case: a column renamed
ALTER TABLE item RENAME COLUMN price TO cost;
-- case: a table renamed
ALTER TABLE loose RENAME TO tight;
-- case: a table rebuilt
CREATE TABLE item_new (id INTEGER PRIMARY KEY, owner_id INTEGER REFERENCES owner (id) ON DELETE CASCADE, name TEXT NOT NULL, price REAL, kind TEXT, size INT);
INSERT INTO item_new SELECT id, owner_id, name, price, kind, size FROM item;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
-- case (foreign keys): a table rebuilt that rows refer to, foreign keys enforced
CREATE TABLE owner_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE);
INSERT INTO owner_new SELECT id, name, email FROM owner;
DROP TABLE owner;
ALTER TABLE owner_new RENAME TO owner;
-- case: a table rebuilt by renaming the old one first
ALTER TABLE owner RENAME TO owner_old;
CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE);
INSERT INTO owner SELECT id, name, email FROM owner_old;
DROP TABLE owner_old;
-- case: a table that nothing refers to, rebuilt by renaming the old one first
ALTER TABLE note RENAME TO note_old;
CREATE TABLE note (id INTEGER PRIMARY KEY, item_id INTEGER REFERENCES item (id), body TEXT NOT NULL);
INSERT INTO note SELECT id, item_id, body FROM note_old;
DROP TABLE note_old;
-- case: a table rebuilt without one of its columns
CREATE TABLE item_new (id INTEGER PRIMARY KEY, owner_id INTEGER, name TEXT);
INSERT INTO item_new SELECT id, owner_id, name FROM item;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
-- case: a table rebuilt under a view
CREATE TABLE viewed_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO viewed_new SELECT id, name FROM viewed;
DROP TABLE viewed;
ALTER TABLE viewed_new RENAME TO viewed;
-- case: a table rebuilt under a view that is dropped and made again
DROP VIEW names;
CREATE TABLE viewed_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO viewed_new SELECT id, name FROM viewed;
DROP TABLE viewed;
ALTER TABLE viewed_new RENAME TO viewed;
CREATE VIEW names AS SELECT id, name FROM viewed;
-- case: a table rebuilt under a view, in the old way
PRAGMA legacy_alter_table = ON;
CREATE TABLE viewed_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO viewed_new SELECT id, name FROM viewed;
DROP TABLE viewed;
ALTER TABLE viewed_new RENAME TO viewed;
PRAGMA legacy_alter_table = OFF;
-- case: a table rebuilt that a trigger of another names
CREATE TABLE note_new (id INTEGER PRIMARY KEY, item_id INTEGER REFERENCES item (id), body TEXT NOT NULL);
INSERT INTO note_new SELECT id, item_id, body FROM note;
DROP TABLE note;
ALTER TABLE note_new RENAME TO note;
-- case: a table dropped
DROP TABLE loose;
-- case: a table of this plan dropped
CREATE TABLE fresh (id INTEGER);
DROP TABLE fresh;
-- case: a table dropped that is not there
DROP TABLE IF EXISTS absent;
-- case (foreign keys): a table dropped that rows refer to, foreign keys enforced
DROP TABLE owner;
-- case: a view dropped
DROP VIEW names;
-- case: an index
CREATE INDEX item_name ON item (name);
-- case: an index that is there
CREATE INDEX item_kind ON item (name);
-- case: an index dropped
DROP INDEX item_kind;
-- case: all rows updated
UPDATE item SET kind = 'x';
-- case: some rows updated
UPDATE item SET kind = 'x' WHERE id = 1;
-- case: all rows deleted
DELETE FROM note;
-- case: rows inserted
INSERT INTO loose VALUES (9, 'x', 'y');
-- case: all rows of a table of this plan updated
CREATE TABLE fresh AS SELECT * FROM item;
UPDATE fresh SET kind = 'x';
-- case: foreign keys switched in a transaction
PRAGMA foreign_keys = ON;
-- case (no transaction): foreign keys switched outside a transaction
PRAGMA foreign_keys = ON;
-- case: foreign keys asked for
PRAGMA foreign_keys;
-- case: the journal switched in a transaction
PRAGMA synchronous = OFF;
-- case: constraints deferred
PRAGMA defer_foreign_keys = ON;
-- case: a vacuum in a transaction
VACUUM;
-- case (no transaction): a vacuum outside a transaction
VACUUM;
-- case: a string in double quotes
UPDATE item SET kind = "big" WHERE id = 1;
-- case: a string in double quotes in a condition
UPDATE item SET kind = 'k' WHERE name = "none";
-- case: a name in double quotes
UPDATE item SET "kind" = 'k' WHERE "name" = 'none';
-- case: strings in double quotes as values
INSERT INTO loose (id, name) VALUES (9, "nine");
-- case: a default in double quotes
CREATE TABLE fresh (id INTEGER PRIMARY KEY, state TEXT DEFAULT "new");
-- case: a default in double quotes for a column
ALTER TABLE loose ADD COLUMN state TEXT DEFAULT "new";
-- case: an alias in double quotes
CREATE VIEW more AS SELECT name AS "label" FROM item;
-- case: a check with a string in double quotes
CREATE TABLE fresh (id INTEGER PRIMARY KEY, state TEXT CHECK (state IN ("new", "old")));
-- case: a check in single quotes
CREATE TABLE fresh (id INTEGER PRIMARY KEY, "state" TEXT CHECK ("state" IN ('new', 'old')));
