CREATE TABLE "Übersicht 1" ("größe (cm)" REAL, "a ""b""" TEXT, [c'd] TEXT, `e``f` INTEGER);
CREATE INDEX "idx größe" ON "Übersicht 1" ("größe (cm)" DESC);
CREATE VIEW "sicht; 1" AS SELECT "größe (cm)", "a ""b""" FROM "Übersicht 1";
CREATE TRIGGER "aus löser" AFTER UPDATE OF "größe (cm)" ON "Übersicht 1" BEGIN UPDATE "Übersicht 1" SET [c'd] = 'x;y' WHERE "größe (cm)" > 3; END;
