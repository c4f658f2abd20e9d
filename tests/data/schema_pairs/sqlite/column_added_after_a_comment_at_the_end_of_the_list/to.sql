CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  a TEXT, -- the last one
  b TEXT DEFAULT 'q' -- no, this
);
CREATE TABLE u (a INTEGER, b INTEGER /* last */, c INTEGER DEFAULT 3, CHECK (a < b) -- also last
);
