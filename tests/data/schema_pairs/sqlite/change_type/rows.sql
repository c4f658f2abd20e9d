INSERT INTO crew VALUES (1, 'ann', '30'), (5, 'bob', '31');
