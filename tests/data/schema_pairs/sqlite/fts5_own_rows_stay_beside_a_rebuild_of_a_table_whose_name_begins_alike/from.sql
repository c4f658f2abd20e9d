CREATE TABLE docs (id INTEGER PRIMARY KEY, n TEXT);
CREATE VIRTUAL TABLE docs_search USING fts5 (text);
CREATE TABLE docs_search_log (q TEXT, at TEXT);
