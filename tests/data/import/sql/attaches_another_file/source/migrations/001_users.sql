CREATE TABLE users (id INTEGER PRIMARY KEY);
ATTACH 'rev-import-other.db' AS other;
CREATE TABLE other.notes (id INTEGER PRIMARY KEY);
