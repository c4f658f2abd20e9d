-- expect: alter
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  b TEXT, -- rev:renamed from a
  a INTEGER, -- rev:renamed from b
  UNIQUE (b, a)
);
