INSERT INTO unit VALUES ('a', 1), ('a', 2);
INSERT INTO part VALUES (1, 'a', 1, NULL), (2, 'a', 2, 4);
