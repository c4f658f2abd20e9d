INSERT INTO "table" VALUES ('a', 1), ('b', 2);
INSERT INTO "order" VALUES (1, 'x', 'a'), (2, NULL, 'b');
