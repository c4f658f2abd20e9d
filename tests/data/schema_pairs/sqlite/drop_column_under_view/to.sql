-- expect: alter
CREATE TABLE crew (id INTEGER PRIMARY KEY, name TEXT);
CREATE VIEW crew_rank AS SELECT id, name AS rank FROM crew;
CREATE VIEW crew_top AS SELECT * FROM crew_rank WHERE rank = 'captain';
