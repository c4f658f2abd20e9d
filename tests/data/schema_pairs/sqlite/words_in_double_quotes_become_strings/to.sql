-- expect: no change
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT CHECK (a <> 'none'));
CREATE VIEW v AS SELECT id, 'word' AS w FROM t WHERE a = 'x';
