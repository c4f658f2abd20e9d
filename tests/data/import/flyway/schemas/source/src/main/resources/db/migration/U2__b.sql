DROP TABLE extra.b;
