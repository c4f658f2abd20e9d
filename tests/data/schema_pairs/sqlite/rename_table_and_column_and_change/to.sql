-- rev:renamed from crew
CREATE TABLE staff (
  id INTEGER PRIMARY KEY,
  full_name TEXT NOT NULL DEFAULT '', -- rev:renamed from nm
  rank INTEGER
);
CREATE TABLE pay (crew_id INTEGER REFERENCES staff (id), amount REAL NOT NULL DEFAULT 0);
