CREATE TABLE shift (id INTEGER PRIMARY KEY, begin TEXT NOT NULL DEFAULT '', end TEXT, "case" TEXT CHECK (CASE WHEN "case" = 'end' THEN 0 ELSE 1 END));
CREATE TRIGGER fix AFTER INSERT ON shift WHEN new.end IS NULL BEGIN
  UPDATE shift SET end = CASE WHEN new.begin = '' THEN 'x' ELSE CASE WHEN 1 THEN new.begin END END, begin = end WHERE id = new.id;
  SELECT CASE new."case" WHEN 'end;' THEN RAISE(ABORT, 'BEGIN; END;') END;
END;
CREATE VIEW open AS SELECT begin, end FROM shift WHERE end IS NULL;
