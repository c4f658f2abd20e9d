INSERT INTO t (_rowid_, rowid, oid, a) VALUES (5, 'x', 'y', 'z');
