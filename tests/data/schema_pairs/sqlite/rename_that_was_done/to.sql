-- expect: no change
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  full_name TEXT -- rev:renamed from nm
);
