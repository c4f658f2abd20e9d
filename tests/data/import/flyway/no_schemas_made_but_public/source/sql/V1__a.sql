CREATE SCHEMA app;
CREATE TABLE a (i integer);
