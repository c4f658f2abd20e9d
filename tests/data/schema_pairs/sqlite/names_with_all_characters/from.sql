CREATE TABLE "a ""b"" [c] `d` 'e' ;-- x" ("col umn" TEXT, "a,b(c" TEXT, 'single' TEXT, [brack et] TEXT, `back``tick` TEXT, "ünïcode" TEXT);
CREATE INDEX "in dex;" ON "a ""b"" [c] `d` 'e' ;-- x" ("col umn", "a,b(c");
