CREATE TABLE "a b" ("i d" INTEGER PRIMARY KEY AUTOINCREMENT, "v w" TEXT, "t u" TEXT AS (upper("v w")) VIRTUAL);
CREATE TABLE "c-d" (x INTEGER PRIMARY KEY AUTOINCREMENT, y TEXT, CHECK ("c-d".y <> 'n'));
CREATE VIRTUAL TABLE "f g" USING fts5 ("t u", content='a b', content_rowid='i d');
CREATE VIRTUAL TABLE "r s" USING rtree (k, x0, x1);
CREATE TRIGGER "on a b" AFTER INSERT ON "a b" BEGIN INSERT INTO "c-d" (y) VALUES (new."v w"); END;
