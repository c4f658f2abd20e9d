INSERT INTO col VALUES (1, 1, 1, '{}', '{}', '{}');
INSERT INTO notes VALUES (15, 'g', 1, 1, 'f', 'word', 9);
INSERT INTO cards VALUES (15, 15, 1, 0, 0, ''), (16, 15, 2, 1, 0, '');
INSERT INTO graves VALUES (-1, 20, 0), (-1, 21, 1);
