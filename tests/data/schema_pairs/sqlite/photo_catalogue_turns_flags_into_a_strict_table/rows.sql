INSERT INTO Albums VALUES (1, '/a', '2020');
INSERT INTO Images VALUES (1, 1, 'x', 1, 'H'), (2, 1, 'y', 1, NULL);
INSERT INTO Tags VALUES (1, NULL, 't'), (2, 1, 'u');
INSERT INTO ImageTags VALUES (1, 1), (1, 2);
