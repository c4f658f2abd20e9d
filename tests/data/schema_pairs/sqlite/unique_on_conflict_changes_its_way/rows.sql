INSERT INTO t VALUES (1, 'a', 'b', 1), (2, NULL, 'c', NULL), (3, 'x', 'd', 3);
