-- expect: fails on rows
CREATE TABLE crew (id INTEGER PRIMARY KEY, name TEXT, rank INTEGER NOT NULL);
