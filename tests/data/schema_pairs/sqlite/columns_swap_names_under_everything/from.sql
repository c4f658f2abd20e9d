CREATE TABLE t (id INTEGER PRIMARY KEY, lo INTEGER CHECK (lo >= 0), hi INTEGER, mid AS ((lo + hi) / 2), CHECK (lo <= hi));
CREATE INDEX t_lo ON t (lo) WHERE hi > 5;
CREATE VIEW v AS SELECT lo, hi FROM t;
CREATE TRIGGER tr AFTER UPDATE OF lo ON t WHEN new.lo > old.hi BEGIN UPDATE t SET hi = new.lo WHERE id = new.id; END;
