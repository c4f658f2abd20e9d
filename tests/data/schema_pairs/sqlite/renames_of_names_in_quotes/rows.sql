INSERT INTO "old table" VALUES (1, 'a', 'b'), (2, NULL, NULL);
INSERT INTO other VALUES (2), (NULL);
