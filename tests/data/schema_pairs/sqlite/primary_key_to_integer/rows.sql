INSERT INTO t (rowid, code, name) VALUES (4, 'a', 'x'), (9, 'b', 'y');
