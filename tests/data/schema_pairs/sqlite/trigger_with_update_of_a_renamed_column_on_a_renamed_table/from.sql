CREATE TABLE stock (sku TEXT PRIMARY KEY, qty INTEGER NOT NULL, min_qty INTEGER);
CREATE TABLE alert (sku TEXT, at TEXT);
CREATE TRIGGER low AFTER UPDATE OF qty, min_qty ON stock FOR EACH ROW WHEN new.qty < new.min_qty
BEGIN
  INSERT INTO alert VALUES (new.sku, datetime('now'));
END;
