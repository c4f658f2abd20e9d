-- expect: alter
CREATE TABLE crew (id INTEGER PRIMARY KEY, name TEXT);
