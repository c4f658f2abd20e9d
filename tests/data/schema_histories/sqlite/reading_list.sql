-- What people read and want to read: how the file of a small program grew, one release a state.

-- state: books
CREATE TABLE book (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    author TEXT
);
-- rows
INSERT INTO book VALUES (1, 'Emma', 'Austen'), (2, 'Ulysses', 'Joyce'), (5, 'Beowulf', NULL);

-- state: shelves
CREATE TABLE shelf (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name VARCHAR(40) NOT NULL UNIQUE
);
CREATE TABLE shelf_book (
    shelf_id INTEGER NOT NULL REFERENCES shelf (id) ON DELETE CASCADE,
    book_id INTEGER NOT NULL REFERENCES book (id) ON DELETE CASCADE,
    PRIMARY KEY (shelf_id, book_id)
);
-- rows
INSERT INTO shelf (name) VALUES ('now'), ('gone'), ('later');
DELETE FROM shelf WHERE name = 'gone';
INSERT INTO shelf_book VALUES (1, 1), (3, 2), (3, 5);

-- state: when a book came
ALTER TABLE book ADD COLUMN added TEXT DEFAULT '2020-01-01' NOT NULL;
CREATE INDEX book_added ON book (added DESC);

-- state: authors are a table
CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE);
INSERT INTO author (name) SELECT DISTINCT author FROM book WHERE author IS NOT NULL;
ALTER TABLE book ADD COLUMN author_id INTEGER REFERENCES author (id);
UPDATE book SET author_id = (SELECT id FROM author WHERE name = book.author);
-- rows
INSERT INTO author (name) VALUES ('Anonymous');

-- state: the old column goes
ALTER TABLE book DROP COLUMN author;

-- state: a view of it all
CREATE VIEW library AS
    SELECT b.id, b.title, a.name AS author, s.name AS shelf
    FROM book b LEFT JOIN author a ON a.id = b.author_id
    LEFT JOIN shelf_book sb ON sb.book_id = b.id LEFT JOIN shelf s ON s.id = sb.shelf_id;

-- state: the key of a shelf's books without a rowid
CREATE TABLE shelf_book_new (
    shelf_id INTEGER NOT NULL REFERENCES shelf (id) ON DELETE CASCADE,
    book_id INTEGER NOT NULL REFERENCES book (id) ON DELETE CASCADE,
    place INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (shelf_id, book_id)
) WITHOUT ROWID;
DROP VIEW library;
INSERT INTO shelf_book_new (shelf_id, book_id) SELECT shelf_id, book_id FROM shelf_book;
DROP TABLE shelf_book;
ALTER TABLE shelf_book_new RENAME TO shelf_book;
CREATE VIEW library AS
    SELECT b.id, b.title, a.name AS author, s.name AS shelf
    FROM book b LEFT JOIN author a ON a.id = b.author_id
    LEFT JOIN shelf_book sb ON sb.book_id = b.id LEFT JOIN shelf s ON s.id = sb.shelf_id;

-- state: words to search for
CREATE VIRTUAL TABLE book_words USING fts5 (title, content = 'book', content_rowid = 'id');
INSERT INTO book_words (book_words) VALUES ('rebuild');
CREATE TRIGGER book_added_words AFTER INSERT ON book BEGIN
    INSERT INTO book_words (rowid, title) VALUES (new.id, new.title);
END;
CREATE TRIGGER book_removed_words AFTER DELETE ON book BEGIN
    INSERT INTO book_words (book_words, rowid, title) VALUES ('delete', old.id, old.title);
END;

-- state: a changed title is found, too
CREATE TRIGGER book_changed_words AFTER UPDATE OF title ON book BEGIN
    INSERT INTO book_words (book_words, rowid, title) VALUES ('delete', old.id, old.title);
    INSERT INTO book_words (rowid, title) VALUES (new.id, new.title);
END;

-- state: a book has a name
-- rename: book.title=name
DROP TRIGGER book_added_words;
DROP TRIGGER book_removed_words;
DROP TRIGGER book_changed_words;
DROP TABLE book_words;
DROP VIEW library;
ALTER TABLE book RENAME COLUMN title TO name;
CREATE VIEW library AS
    SELECT b.id, b.name, a.name AS author, s.name AS shelf
    FROM book b LEFT JOIN author a ON a.id = b.author_id
    LEFT JOIN shelf_book sb ON sb.book_id = b.id LEFT JOIN shelf s ON s.id = sb.shelf_id;

-- state: notes, one for each book and day
CREATE TABLE note (
    id INTEGER PRIMARY KEY,
    book_id INTEGER NOT NULL REFERENCES book (id) ON DELETE CASCADE,
    day TEXT NOT NULL CHECK (day GLOB '????-??-??'),
    text TEXT NOT NULL DEFAULT '',
    length INTEGER GENERATED ALWAYS AS (length(text)) VIRTUAL
);
CREATE UNIQUE INDEX note_day ON note (book_id, day);
-- rows
INSERT INTO note (book_id, day, text) VALUES (1, '2024-01-01', 'good'), (1, '2024-01-02', ''), (2, '2024-01-01', 'long');

-- state: that is a constraint, and strict
CREATE TABLE note_new (
    id INTEGER PRIMARY KEY,
    book_id INTEGER NOT NULL REFERENCES book (id) ON DELETE CASCADE,
    day TEXT NOT NULL CHECK (day GLOB '????-??-??'),
    text TEXT NOT NULL DEFAULT '',
    length INTEGER GENERATED ALWAYS AS (length(text)) VIRTUAL,
    CONSTRAINT one_a_day UNIQUE (book_id, day)
) STRICT;
INSERT INTO note_new (id, book_id, day, text) SELECT id, book_id, day, text FROM note;
DROP TABLE note;
ALTER TABLE note_new RENAME TO note;
CREATE INDEX note_words ON note (lower(text)) WHERE text <> '';

-- state: ratings, which a book may have
ALTER TABLE book ADD COLUMN rating INTEGER CHECK (rating BETWEEN 1 AND 5);
CREATE INDEX book_rating ON book (rating) WHERE rating IS NOT NULL;
CREATE VIEW liked AS SELECT id, name FROM book WHERE rating > 3;
CREATE VIEW liked_library AS SELECT l.* FROM library l JOIN liked USING (id);
-- rows
UPDATE book SET rating = 5 WHERE id = 1;

-- state: ratings up to ten
DROP VIEW liked_library;
DROP VIEW liked;
DROP VIEW library;
CREATE TABLE book_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    added TEXT DEFAULT '2020-01-01' NOT NULL,
    author_id INTEGER REFERENCES author (id) ON DELETE SET NULL,
    rating REAL CHECK (rating BETWEEN 0 AND 10)
);
INSERT INTO book_new (id, name, added, author_id, rating) SELECT id, name, added, author_id, rating FROM book;
DROP TABLE book;
ALTER TABLE book_new RENAME TO book;
CREATE INDEX book_added ON book (added DESC);
CREATE INDEX book_rating ON book (rating) WHERE rating IS NOT NULL;
CREATE VIEW library AS
    SELECT b.id, b.name, a.name AS author, s.name AS shelf
    FROM book b LEFT JOIN author a ON a.id = b.author_id
    LEFT JOIN shelf_book sb ON sb.book_id = b.id LEFT JOIN shelf s ON s.id = sb.shelf_id;
CREATE VIEW liked AS SELECT id, name FROM book WHERE rating > 6;
CREATE VIEW liked_library AS SELECT l.* FROM library l JOIN liked USING (id);

-- state: shelves are lists
-- rename: shelf=list
-- rename: shelf_book=list_book
-- rename: shelf_book.shelf_id=list_id
DROP VIEW liked_library;
DROP VIEW library;
ALTER TABLE shelf RENAME TO list;
ALTER TABLE shelf_book RENAME TO list_book;
ALTER TABLE list_book RENAME COLUMN shelf_id TO list_id;

-- state: settings, of any kind
CREATE TABLE setting (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
CREATE TRIGGER setting_is_known BEFORE INSERT ON setting WHEN new.key = '' BEGIN
    SELECT raise(ABORT, 'a setting needs a name');
END;
-- rows
INSERT INTO setting VALUES ('size', 12), ('colour', 'green'), ('blob', x'00ff');

-- state: the program writes through a view
CREATE VIEW entry AS SELECT b.id, b.name, a.name AS author FROM book b LEFT JOIN author a ON a.id = b.author_id;
CREATE TRIGGER entry_insert INSTEAD OF INSERT ON entry BEGIN
    INSERT OR IGNORE INTO author (name) VALUES (new.author);
    INSERT INTO book (name, author_id) SELECT new.name, id FROM author WHERE name = new.author;
END;

-- state: lists in an order, ids that are never given twice
DROP VIEW entry;
CREATE TABLE book_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    added TEXT DEFAULT CURRENT_DATE NOT NULL,
    author_id INTEGER REFERENCES author (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    rating REAL CHECK (rating BETWEEN 0 AND 10),
    isbn TEXT UNIQUE
);
DROP VIEW liked;
INSERT INTO book_new (id, name, added, author_id, rating) SELECT id, name, added, author_id, rating FROM book;
DROP TABLE book;
ALTER TABLE book_new RENAME TO book;
CREATE INDEX book_added ON book (added DESC);
CREATE INDEX list_place ON list_book (list_id, place);

-- state: notes go, with what looked at them
DROP TABLE note;
DROP TRIGGER setting_is_known;
