INSERT INTO "the ship" VALUES (1, 'a');
INSERT INTO crew VALUES (1, 'a', 'r', 1), (2, 'it''s', 'r', 2), (2, 'it''s', 'r', 3), (NULL, 'q', 'r', 4);
DELETE FROM crew WHERE v = 2;
