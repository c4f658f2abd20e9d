CREATE TABLE crew (
  id INTEGER PRIMARY KEY,
  name TEXT,
  loud TEXT NOT NULL -- rev:using upper(coalesce(name, ''))
);
