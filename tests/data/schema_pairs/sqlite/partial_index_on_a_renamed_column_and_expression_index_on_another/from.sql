CREATE TABLE job (id INTEGER PRIMARY KEY, state TEXT, run_at TEXT, name TEXT);
CREATE INDEX job_due ON job (run_at) WHERE state = 'due' AND name <> 'state';
CREATE UNIQUE INDEX job_name ON job (lower(trim(name)), state COLLATE NOCASE) WHERE state IN ('due', 'run');
