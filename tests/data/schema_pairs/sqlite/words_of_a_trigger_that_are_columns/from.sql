CREATE TABLE shift (id INTEGER PRIMARY KEY, begin TEXT, end TEXT, "case" TEXT);
CREATE TRIGGER fix AFTER INSERT ON shift WHEN new.end IS NULL BEGIN
  UPDATE shift SET end = CASE WHEN new.begin IS NULL THEN 'x' ELSE new.begin END, begin = end WHERE id = new.id;
  SELECT CASE new."case" WHEN 'end;' THEN RAISE(ABORT, 'BEGIN; END;') END;
END;
CREATE VIEW open AS SELECT begin, end FROM shift WHERE end IS NULL;
