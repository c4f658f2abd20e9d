-- expect: alter
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
CREATE VIEW v AS SELECT a FROM t -- all of them
;
CREATE INDEX i ON t (a) -- by a
;
