INSERT INTO staff VALUES (1, NULL, 10, 'a'), (2, 1, 5, 'x'), (3, 2, 4, 'a');
