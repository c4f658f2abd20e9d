-- expect: no change
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT COLLATE nocase, b "VARCHAR" (20));
