CREATE TABLE doc (id INTEGER PRIMARY KEY, body TEXT NOT NULL DEFAULT '', kind TEXT);
CREATE VIRTUAL TABLE find USING fts5(body, content=doc, content_rowid=id);
CREATE TRIGGER di AFTER INSERT ON doc BEGIN INSERT INTO find(rowid, body) VALUES (NEW.id, NEW.body); END;
