CREATE TABLE crew (id INTEGER PRIMARY KEY, name TEXT, rank TEXT);
CREATE INDEX crew_rank ON crew (rank);
CREATE INDEX crew_name ON crew (name);
