CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE);
CREATE VIRTUAL TABLE old_fts USING fts4 (body, tokenize=porter);
CREATE VIRTUAL TABLE new_fts USING fts5 (body);
CREATE VIRTUAL TABLE new_words USING fts5vocab ('new_fts', 'col');
