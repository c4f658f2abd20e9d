-- rev:renamed from stock
CREATE TABLE inventory (
  sku TEXT PRIMARY KEY,
  quantity INTEGER NOT NULL, -- rev:renamed from qty
  min_qty INTEGER
);
CREATE TABLE alert (sku TEXT, at TEXT);
CREATE TRIGGER low AFTER UPDATE OF quantity, min_qty ON inventory FOR EACH ROW WHEN new.quantity < new.min_qty
BEGIN
  INSERT INTO alert VALUES (new.sku, datetime('now'));
END;
