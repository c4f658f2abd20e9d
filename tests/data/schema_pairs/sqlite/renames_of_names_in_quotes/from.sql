CREATE TABLE "old table" (id INTEGER PRIMARY KEY, "a col" TEXT, "b-col" TEXT, CHECK ("a col" <> "b-col"));
CREATE TABLE other (o INTEGER REFERENCES "old table" (id));
CREATE VIEW "old view" AS SELECT "a col" AS "x y", "b-col" FROM "old table";
