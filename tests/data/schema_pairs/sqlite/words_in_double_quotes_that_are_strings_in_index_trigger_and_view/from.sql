CREATE TABLE t (id INTEGER PRIMARY KEY, kind TEXT, n INTEGER);
CREATE INDEX t_open ON t (n) WHERE kind = 'open';
CREATE VIEW v AS SELECT id, "none" AS word FROM t WHERE kind = "open";
CREATE TRIGGER tr AFTER INSERT ON t WHEN new.kind = "open" BEGIN UPDATE t SET n = coalesce(new.n, "0") WHERE id = new.id; END;
