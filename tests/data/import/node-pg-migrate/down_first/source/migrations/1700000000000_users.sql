-- Down Migration
DROP TABLE users;

-- Up Migration
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
