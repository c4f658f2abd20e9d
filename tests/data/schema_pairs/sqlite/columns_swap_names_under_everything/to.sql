CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  hi INTEGER CHECK (hi >= 0), -- rev:renamed from lo
  lo INTEGER, -- rev:renamed from hi
  mid AS ((hi + lo) / 2), CHECK (hi <= lo)
);
CREATE INDEX t_lo ON t (hi) WHERE lo > 5;
CREATE VIEW v AS SELECT hi, lo FROM t;
CREATE TRIGGER tr AFTER UPDATE OF hi ON t WHEN new.hi > old.lo BEGIN UPDATE t SET lo = new.hi WHERE id = new.id; END;
