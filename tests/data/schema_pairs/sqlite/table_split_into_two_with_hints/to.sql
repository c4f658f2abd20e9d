CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '');
CREATE TABLE address (id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE, street TEXT, town TEXT);
CREATE INDEX address_person ON address (person);
CREATE VIEW in_town AS SELECT p.name FROM person AS p JOIN address AS a ON a.person = p.id WHERE a.town = 'x';
