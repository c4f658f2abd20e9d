CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, street TEXT, town TEXT);
CREATE VIEW in_town AS SELECT name FROM person WHERE town = 'x';
