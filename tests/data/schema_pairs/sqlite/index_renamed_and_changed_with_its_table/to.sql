-- rev:renamed from t
CREATE TABLE tt (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
-- rev:renamed from t_a
CREATE INDEX tt_a ON tt (a);
-- rev:renamed from t_b
CREATE UNIQUE INDEX tt_b ON tt (b) WHERE tt.b IS NOT NULL;
