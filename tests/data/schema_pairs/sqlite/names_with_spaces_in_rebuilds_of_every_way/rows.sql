INSERT INTO "c-d" VALUES (70, 'x'), (3, 'y');
DELETE FROM "c-d" WHERE x = 70;
DROP TRIGGER "on a b";
INSERT INTO "a b" VALUES (80, 'p'), (5, NULL);
DELETE FROM "a b" WHERE "i d" = 80;
CREATE TRIGGER "on a b" AFTER INSERT ON "a b" BEGIN INSERT INTO "c-d" (y) VALUES (new."v w"); END;
