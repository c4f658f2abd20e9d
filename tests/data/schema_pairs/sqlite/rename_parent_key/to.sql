-- expect: alter
CREATE TABLE ship (
  id INTEGER PRIMARY KEY,
  sign TEXT UNIQUE -- rev:renamed from code
);
CREATE TABLE crew (id INTEGER PRIMARY KEY, ship TEXT REFERENCES ship (sign));
