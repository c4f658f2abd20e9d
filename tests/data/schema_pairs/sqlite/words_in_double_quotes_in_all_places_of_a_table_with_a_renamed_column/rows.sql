INSERT INTO t (id, a, c) VALUES (1, 'x', 'c'), (2, 'Y', NULL);
