INSERT INTO note VALUES (1, 'hello', 'world'), (5, 'x', NULL);
