INSERT INTO t (id, lo, hi) VALUES (1, 2, 9), (2, NULL, 1);
