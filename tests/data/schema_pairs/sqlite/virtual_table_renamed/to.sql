-- expect: alter
-- rev:renamed from note
CREATE VIRTUAL TABLE remark USING fts5(title, text);
CREATE TABLE t (a TEXT);
