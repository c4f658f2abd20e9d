CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT NOT NULL DEFAULT '', body TEXT, tags TEXT);
CREATE VIRTUAL TABLE note_fts USING fts5 (title, body, tags, content='note', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2 3');
CREATE TRIGGER note_ai AFTER INSERT ON note BEGIN INSERT INTO note_fts (rowid, title, body, tags) VALUES (new.id, new.title, new.body, new.tags); END;
CREATE TRIGGER note_ad AFTER DELETE ON note BEGIN INSERT INTO note_fts (note_fts, rowid, title, body, tags) VALUES ('delete', old.id, old.title, old.body, old.tags); END;
