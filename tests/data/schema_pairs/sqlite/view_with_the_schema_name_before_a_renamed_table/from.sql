CREATE TABLE main.a (id INTEGER PRIMARY KEY, v TEXT);
CREATE VIEW main.av AS SELECT a.v, x.id FROM main.a CROSS JOIN main.a AS x;
CREATE INDEX main.a_v ON a (v);
