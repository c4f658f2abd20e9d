  ---- UP   migration
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
--down migration (the way back)
DROP TABLE users;
