CREATE TABLE "select" ("from" TEXT NOT NULL DEFAULT '', "where" INTEGER, "order" TEXT);
