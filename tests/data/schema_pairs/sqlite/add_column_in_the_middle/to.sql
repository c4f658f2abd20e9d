-- expect: alter
CREATE TABLE crew (id INTEGER PRIMARY KEY, rank TEXT, name TEXT NOT NULL);
