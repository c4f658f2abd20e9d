INSERT INTO country VALUES ('de', 'D'), ('fr', NULL);
INSERT INTO city VALUES (1, 'de', NULL), (2, 'fr', 1);
INSERT INTO flag VALUES ('fr', x'01');
