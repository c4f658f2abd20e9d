INSERT INTO org VALUES (1, 'o');
INSERT INTO usr VALUES (5, 1, 'm'), (6, 1, 'n');
INSERT INTO post VALUES (7, 5, 'b'), (8, 6, NULL);
