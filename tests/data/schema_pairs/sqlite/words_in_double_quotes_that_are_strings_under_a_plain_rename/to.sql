CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  sort TEXT DEFAULT "kind", -- rev:renamed from kind
  n INTEGER
);
CREATE VIEW v AS SELECT id, "none" AS word FROM t WHERE sort = "open";
CREATE TRIGGER tr AFTER INSERT ON t WHEN new.sort = "open" BEGIN UPDATE t SET n = "zero" WHERE id = new.id; END;
