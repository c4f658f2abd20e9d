-- rev:renamed from b
CREATE TABLE a (id INTEGER PRIMARY KEY, a_id INTEGER REFERENCES b (id) ON DELETE SET NULL, only_b TEXT);
-- rev:renamed from a
CREATE TABLE b (id INTEGER PRIMARY KEY, b_id INTEGER REFERENCES a (id) ON DELETE CASCADE, only_a TEXT);
CREATE INDEX a_b ON b (b_id);
