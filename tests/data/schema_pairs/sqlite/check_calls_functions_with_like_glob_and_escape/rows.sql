INSERT INTO t VALUES (1, 'a_@b', 'A1', 0.5), (2, NULL, NULL, NULL);
