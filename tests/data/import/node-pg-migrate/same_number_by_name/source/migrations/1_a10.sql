CREATE TABLE "a10" (i int);
