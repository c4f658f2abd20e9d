CREATE TABLE art (id INTEGER PRIMARY KEY, t TEXT);
CREATE VIRTUAL TABLE idx USING fts5 (t, content='art', content_rowid='id');
CREATE VIEW found AS SELECT rowid, bm25(idx) AS score, highlight(idx, 0, '<', '>') AS h FROM idx WHERE idx MATCH 'word';
CREATE TRIGGER art_ai AFTER INSERT ON art BEGIN INSERT INTO idx (rowid, t) VALUES (new.id, new.t); END;
