CREATE TABLE "Ärger" (id INTEGER PRIMARY KEY, "Öl" TEXT);
CREATE INDEX "É" ON "Ärger" ("Öl");
