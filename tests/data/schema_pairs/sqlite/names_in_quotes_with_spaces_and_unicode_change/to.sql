CREATE TABLE "Übersicht 1" ("größe (cm)" INTEGER NOT NULL DEFAULT 0, "a ""b""" TEXT, [c'd] TEXT CHECK ([c'd] <> ''), `e``f` TEXT, "日本" TEXT);
CREATE INDEX "idx größe" ON "Übersicht 1" ("größe (cm)" DESC, "日本");
CREATE VIEW "sicht; 1" AS SELECT "größe (cm)", "日本" FROM "Übersicht 1";
CREATE TRIGGER "aus löser" AFTER UPDATE OF "größe (cm)" ON "Übersicht 1" BEGIN UPDATE "Übersicht 1" SET [c'd] = 'x;y' WHERE "größe (cm)" > 4; END;
