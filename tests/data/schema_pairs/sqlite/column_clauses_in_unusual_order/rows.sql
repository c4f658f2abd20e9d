INSERT INTO p VALUES (1), (2);
INSERT INTO t VALUES (NULL, 1, 'x', 1), ('a', 2, 'y', 9);
