INSERT INTO t VALUES (NULL, 'a'), (NULL, 'b'), ('k', 'c');
