-- expect: alter
-- rev:renamed from b
CREATE TABLE a (y INTEGER REFERENCES c (id));
-- rev:renamed from a
CREATE TABLE b (x TEXT);
CREATE TABLE c (id INTEGER PRIMARY KEY, a INTEGER);
