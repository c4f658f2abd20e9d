-- expect: alter
-- rev:renamed from a
CREATE TABLE b (x TEXT);
