-- expect: alter
CREATE TABLE crew (id INTEGER PRIMARY KEY, name TEXT);
CREATE INDEX crew_name ON crew (name);
