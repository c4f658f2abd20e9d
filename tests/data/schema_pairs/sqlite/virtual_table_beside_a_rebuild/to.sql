CREATE TABLE post (id INTEGER PRIMARY KEY, title TEXT NOT NULL DEFAULT '');
CREATE VIRTUAL TABLE post_index USING fts5(title, content='post', content_rowid='id');
CREATE TRIGGER post_added AFTER INSERT ON post BEGIN INSERT INTO post_index (rowid, title) VALUES (NEW.id, NEW.title); END;
CREATE TRIGGER post_gone AFTER DELETE ON post BEGIN INSERT INTO post_index (post_index, rowid, title) VALUES ('delete', OLD.id, OLD.title); END;
