-- expect: unequal rows
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, c INTEGER AS (a + b) STORED);
CREATE UNIQUE INDEX t_c ON t (c, id);
