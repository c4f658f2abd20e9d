CREATE TABLE app.a (i integer);
