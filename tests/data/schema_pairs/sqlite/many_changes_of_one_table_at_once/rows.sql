INSERT INTO category VALUES (1, 'c');
INSERT INTO product VALUES (1, 'a', 'n', 1.5, 1, 0), (20, NULL, 'm', NULL, NULL, NULL);
