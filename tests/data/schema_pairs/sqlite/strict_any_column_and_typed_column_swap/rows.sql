INSERT INTO s VALUES (1, 'x', 'y'), (2, '5', NULL);
