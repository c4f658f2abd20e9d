CREATE TABLE rate (code TEXT PRIMARY KEY, v REAL);
CREATE TABLE bill (id INTEGER PRIMARY KEY, code TEXT, amount REAL, euro REAL);
CREATE TRIGGER rate_au AFTER UPDATE ON rate BEGIN
  UPDATE bill SET euro = amount * r.v FROM rate AS r WHERE bill.code = r.code AND r.code = new.code;
END;
