CREATE TABLE extra.b (i integer);
