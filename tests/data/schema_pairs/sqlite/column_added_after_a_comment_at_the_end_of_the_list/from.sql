CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  a TEXT -- the last one
);
CREATE TABLE u (a INTEGER, b INTEGER /* last */, CHECK (a < b) -- also last
);
