-- expect: alter
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
