CREATE TABLE "ab" (i int);
