CREATE TABLE "a b" ("i d" INTEGER PRIMARY KEY AUTOINCREMENT, "v w" TEXT NOT NULL DEFAULT 'it''s', "t u" TEXT AS ("v w") VIRTUAL);
CREATE TABLE "c-d" (x INTEGER PRIMARY KEY AUTOINCREMENT, y TEXT UNIQUE, CHECK ("c-d".y <> 'm'));
CREATE VIRTUAL TABLE "f g" USING fts5 ("t u", content='a b', content_rowid='i d', prefix='2');
CREATE VIRTUAL TABLE "r s" USING rtree (k, x0, x1, y0, y1);
CREATE TRIGGER "on a b" AFTER INSERT ON "a b" BEGIN INSERT INTO "c-d" (y) VALUES (new."v w" || new."i d"); END;
