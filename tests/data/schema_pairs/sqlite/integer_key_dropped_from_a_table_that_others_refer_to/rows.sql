INSERT INTO p VALUES (1, 'u1'), (2, 'u2');
INSERT INTO c VALUES (1, 2), (2, 2), (3, NULL);
