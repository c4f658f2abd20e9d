INSERT INTO t VALUES (1, 'kind', 'x'), (2, 'a', NULL);
