INSERT INTO team VALUES (1, 10), (2, NULL);
INSERT INTO player VALUES (10, 1), (11, 1), (12, 2);
INSERT INTO score VALUES (10, 3), (10, 4), (12, 1);
