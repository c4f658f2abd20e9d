\set name x
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
