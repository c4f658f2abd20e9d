CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT CHECK (s IN ('draft', 'done')));
