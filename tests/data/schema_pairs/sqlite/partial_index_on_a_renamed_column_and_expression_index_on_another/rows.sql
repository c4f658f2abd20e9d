INSERT INTO job VALUES (1, 'due', 'x', 'A'), (2, 'done', NULL, 'a'), (3, 'run', 'y', 'b');
