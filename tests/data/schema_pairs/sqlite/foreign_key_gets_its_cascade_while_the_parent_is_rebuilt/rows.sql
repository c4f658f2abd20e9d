INSERT INTO p VALUES ('x', 1), ('y', NULL);
INSERT INTO c VALUES (1, 'x'), (2, 'y'), (3, NULL);
INSERT INTO g VALUES (1), (2), (NULL);
