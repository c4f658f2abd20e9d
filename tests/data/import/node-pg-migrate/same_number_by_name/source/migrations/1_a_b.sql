CREATE TABLE "a_b" (i int);
