-- rev:renamed from post
CREATE TABLE note (
    id INTEGER PRIMARY KEY,
    text TEXT -- rev:renamed from body
);
CREATE VIRTUAL TABLE note_words USING fts5 (text, content = 'note', content_rowid = 'id', tokenize = 'porter');
CREATE TRIGGER note_ai AFTER INSERT ON note BEGIN INSERT INTO note_words (rowid, text) VALUES (new.id, new.text); END;
CREATE TRIGGER note_ad AFTER DELETE ON note BEGIN INSERT INTO note_words (note_words, rowid, text) VALUES ('delete', old.id, old.text); END;
