INSERT INTO crew VALUES (1, 'ann', '1'), (4, NULL, '2');
INSERT INTO pay VALUES (1, 5), (4, NULL);
