CREATE TABLE "a-a" (i int);
