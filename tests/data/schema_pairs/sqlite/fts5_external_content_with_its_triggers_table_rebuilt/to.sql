CREATE TABLE doc (id INTEGER PRIMARY KEY, title TEXT NOT NULL DEFAULT '', body TEXT, at TEXT DEFAULT CURRENT_TIMESTAMP);
CREATE VIRTUAL TABLE doc_fts USING fts5 (title, body, content='doc', content_rowid='id', tokenize='porter unicode61');
CREATE TRIGGER doc_ai AFTER INSERT ON doc BEGIN INSERT INTO doc_fts (rowid, title, body) VALUES (NEW.id, NEW.title, NEW.body); END;
CREATE TRIGGER doc_ad AFTER DELETE ON doc BEGIN INSERT INTO doc_fts (doc_fts, rowid, title, body) VALUES ('delete', OLD.id, OLD.title, OLD.body); END;
