-- expect: alter
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  name TEXT -- rev:renamed from old_name
);
