CREATE TABLE t (
    id INTEGER PRIMARY KEY,
    a TEXT,
    b INTEGER AS (a + 2) VIRTUAL,
    c TEXT AS (b || '?') VIRTUAL,
    d INTEGER AS (coalesce(b, 0)) STORED
);
CREATE UNIQUE INDEX t_b ON t (b, c);
-- expect: fails on rows
