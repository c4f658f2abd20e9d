INSERT INTO t (rowid, id, name) VALUES (4, 10, 'x'), (9, 20, NULL);
