PRAGMA foreign_keys=OFF;
CREATE TABLE a (id INTEGER);
PRAGMA foreign_keys=ON;
