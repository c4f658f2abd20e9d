-- rev:renamed from rate
CREATE TABLE exchange_rate (
  code TEXT PRIMARY KEY,
  factor REAL NOT NULL DEFAULT 1 -- rev:renamed from v
);
CREATE TABLE bill (id INTEGER PRIMARY KEY, code TEXT, amount REAL, euro REAL);
CREATE TRIGGER rate_au AFTER UPDATE ON exchange_rate BEGIN
  UPDATE bill SET euro = amount * r.factor FROM exchange_rate AS r WHERE bill.code = r.code AND r.code = new.code;
END;
