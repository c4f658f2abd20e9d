-- expect: unequal rows
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);
