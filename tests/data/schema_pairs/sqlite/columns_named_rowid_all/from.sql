CREATE TABLE t (rowid TEXT, oid TEXT, _rowid_ TEXT, a TEXT);
