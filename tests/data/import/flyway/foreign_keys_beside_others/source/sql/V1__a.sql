PRAGMA foreign_keys=OFF;
CREATE TABLE a (id INTEGER);
