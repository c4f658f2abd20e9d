CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  sort TEXT NOT NULL DEFAULT 'open', -- rev:renamed from kind
  n INTEGER
);
CREATE INDEX t_open ON t (n) WHERE sort = 'open';
CREATE VIEW v AS SELECT id, "none" AS word FROM t WHERE sort = "open";
CREATE TRIGGER tr AFTER INSERT ON t WHEN new.sort = "open" BEGIN UPDATE t SET n = coalesce(new.n, "0") WHERE id = new.id; END;
