CREATE TABLE crew (
  id INTEGER PRIMARY KEY, -- the number
  name TEXT -- the name
);
