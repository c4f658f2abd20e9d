CREATE TABLE "order" ("group" INTEGER PRIMARY KEY, "select" TEXT, "from" TEXT REFERENCES "table" ("index"));
CREATE TABLE "table" ("index" TEXT PRIMARY KEY, "check" INTEGER);
CREATE UNIQUE INDEX "where" ON "order" ("select", "from");
