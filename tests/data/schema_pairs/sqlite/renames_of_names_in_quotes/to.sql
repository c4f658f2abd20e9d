-- rev:renamed from "old table"
CREATE TABLE "new ""table""" (
  id INTEGER PRIMARY KEY,
  "the col" TEXT, -- rev:renamed from "a col"
  [order] TEXT NOT NULL DEFAULT '', -- rev:renamed from "b-col"
  CHECK ("the col" <> [order])
);
CREATE TABLE other (o INTEGER REFERENCES "new ""table""" (id));
CREATE VIEW "old view" AS SELECT "the col" AS "x y", [order] FROM "new ""table""";
