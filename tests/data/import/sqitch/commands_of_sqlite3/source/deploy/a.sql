.mode csv
CREATE TABLE a (id INTEGER);
