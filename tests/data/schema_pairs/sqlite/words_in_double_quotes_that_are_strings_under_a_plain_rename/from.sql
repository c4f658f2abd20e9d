CREATE TABLE t (id INTEGER PRIMARY KEY, kind TEXT DEFAULT "kind", n INTEGER);
CREATE VIEW v AS SELECT id, "none" AS word FROM t WHERE kind = "open";
CREATE TRIGGER tr AFTER INSERT ON t WHEN new.kind = "open" BEGIN UPDATE t SET n = "zero" WHERE id = new.id; END;
