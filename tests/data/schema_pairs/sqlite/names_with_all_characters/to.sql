CREATE TABLE "a ""b"" [c] `d` 'e' ;-- x" ("col umn" TEXT UNIQUE, "a,b(c" TEXT, 'single' TEXT, [brack et] TEXT, `back``tick` TEXT, "ünïcode" TEXT);
CREATE INDEX "in dex;" ON "a ""b"" [c] `d` 'e' ;-- x" ("col umn", "a,b(c" DESC);
CREATE VIEW "v;iew" AS SELECT "col umn" FROM "a ""b"" [c] `d` 'e' ;-- x";
