CREATE TABLE art (id INTEGER PRIMARY KEY, t TEXT NOT NULL DEFAULT '');
-- rev:renamed from idx
CREATE VIRTUAL TABLE art_idx USING fts5 (t, content='art', content_rowid='id');
CREATE VIEW found AS SELECT rowid, bm25(art_idx) AS score, highlight(art_idx, 0, '<', '>') AS h FROM art_idx WHERE art_idx MATCH 'word';
CREATE TRIGGER art_ai AFTER INSERT ON art BEGIN INSERT INTO art_idx (rowid, t) VALUES (new.id, new.t); END;
