-- expect: alter
CREATE TABLE crew (
  id INTEGER PRIMARY KEY, -- the number
  name TEXT, -- the name
  rank TEXT /* of the */ DEFAULT 'mate' -- crew
);
