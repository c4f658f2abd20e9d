CREATE TABLE t (rowid TEXT, oid TEXT, a TEXT);
