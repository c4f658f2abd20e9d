-- expect: alter
CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  old_name TEXT, -- rev:renamed from name
  name INTEGER
);
