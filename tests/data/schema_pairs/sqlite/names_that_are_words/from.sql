CREATE TABLE "select" ("from" TEXT, "where" INTEGER, "table" TEXT);
