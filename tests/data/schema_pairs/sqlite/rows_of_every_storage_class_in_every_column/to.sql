CREATE TABLE t (i INTEGER, r REAL, x TEXT, b BLOB, n NUMERIC, o, UNIQUE (i, r, x, b, n, o));
