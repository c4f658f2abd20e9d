CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  status TEXT, -- rev:renamed from state
  run_at TEXT,
  title TEXT -- rev:renamed from name
);
CREATE INDEX job_due ON job (run_at) WHERE status = 'due' AND title <> 'state';
CREATE UNIQUE INDEX job_name ON job (lower(trim(title)), status COLLATE NOCASE) WHERE status IN ('due', 'run');
