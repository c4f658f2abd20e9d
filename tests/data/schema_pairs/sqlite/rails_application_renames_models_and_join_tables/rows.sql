INSERT INTO authors VALUES (1, 'x', NULL), (40, NULL, 1);
INSERT INTO posts VALUES (7, NULL, 'b', 40, '2020'), (8, 't', NULL, NULL, '2021');
INSERT INTO posts_tags VALUES (7, 1), (7, 2), (8, 1);
