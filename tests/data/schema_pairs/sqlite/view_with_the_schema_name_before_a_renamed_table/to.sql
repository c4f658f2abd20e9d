-- rev:renamed from a
CREATE TABLE main.b (id INTEGER PRIMARY KEY, v TEXT);
CREATE VIEW main.av AS SELECT b.v, x.id FROM main.b CROSS JOIN main.b AS x;
CREATE INDEX main.a_v ON b (v);
