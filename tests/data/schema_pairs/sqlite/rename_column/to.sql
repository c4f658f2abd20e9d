-- expect: alter
CREATE TABLE crew (
  id INTEGER PRIMARY KEY,
  full_name TEXT NOT NULL, -- rev:renamed from nm
  CHECK (length(full_name) > 0)
);
CREATE INDEX crew_nm ON crew (full_name COLLATE NOCASE DESC) WHERE full_name <> 'x';
CREATE VIEW names AS SELECT full_name AS nm FROM crew;
CREATE VIEW loud AS SELECT upper(nm) AS nm FROM names;
CREATE TABLE log (what TEXT);
CREATE TRIGGER crew_log AFTER UPDATE OF full_name ON crew BEGIN INSERT INTO log VALUES (NEW.full_name); END;
