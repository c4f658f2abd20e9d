CREATE TABLE "A9" (i int);
