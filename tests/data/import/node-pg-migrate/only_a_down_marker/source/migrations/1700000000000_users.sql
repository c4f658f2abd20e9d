CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
-- Down Migration
DROP TABLE users;
