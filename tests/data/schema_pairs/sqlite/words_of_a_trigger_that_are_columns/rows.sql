INSERT INTO shift VALUES (1, 'a', 'b', 'c'), (2, NULL, 'z', NULL);
