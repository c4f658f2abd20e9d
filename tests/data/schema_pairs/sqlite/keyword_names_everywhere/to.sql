CREATE TABLE "order" ("group" INTEGER PRIMARY KEY, "select" TEXT NOT NULL DEFAULT 'as', "from" TEXT REFERENCES "table" ("index") ON DELETE SET NULL, "to" TEXT, "primary" TEXT UNIQUE);
CREATE TABLE "table" ("index" TEXT PRIMARY KEY, "check" INTEGER CHECK ("check" > 0));
CREATE UNIQUE INDEX "where" ON "order" ("select", "from", "to");
