CREATE TABLE post (id INTEGER PRIMARY KEY, body TEXT);
CREATE VIRTUAL TABLE post_words USING fts5 (body, content = 'post', content_rowid = 'id', tokenize = 'porter');
CREATE TRIGGER post_ai AFTER INSERT ON post BEGIN INSERT INTO post_words (rowid, body) VALUES (new.id, new.body); END;
CREATE TRIGGER post_ad AFTER DELETE ON post BEGIN INSERT INTO post_words (post_words, rowid, body) VALUES ('delete', old.id, old.body); END;
