INSERT INTO events VALUES (1, 'a', '{}', 'o', '2020');
INSERT INTO states VALUES (1, 'd', 'e', 's', '{}', 1, '2020', NULL), (2, 'd', 'e', 't', '{}', NULL, '2020', 1);
