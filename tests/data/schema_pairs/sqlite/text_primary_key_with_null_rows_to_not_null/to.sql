-- expect: fails on rows
CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID;
