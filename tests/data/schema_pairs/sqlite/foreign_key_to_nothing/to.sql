-- expect: not enforced
-- The parent goes and the key stays: SQLite minds that only where it enforces keys.
CREATE TABLE child (id INTEGER PRIMARY KEY, parent INT REFERENCES parent (id), note TEXT NOT NULL DEFAULT '');
