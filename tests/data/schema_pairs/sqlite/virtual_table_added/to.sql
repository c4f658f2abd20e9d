-- expect: alter
CREATE TABLE post (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
CREATE VIRTUAL TABLE post_index USING fts5(title, body, content='post', content_rowid='id');
CREATE TRIGGER post_added AFTER INSERT ON post BEGIN INSERT INTO post_index (rowid, title, body) VALUES (NEW.id, NEW.title, NEW.body); END;
CREATE VIRTUAL TABLE note USING fts5(text, tokenize = 'porter ascii');
CREATE VIRTUAL TABLE place USING rtree(id, x0, x1, y0, y1);
