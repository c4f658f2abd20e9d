CREATE TABLE msg (id INTEGER PRIMARY KEY, body TEXT, deleted_at TEXT, seen INTEGER);
CREATE INDEX msg_live ON msg (seen) WHERE deleted_at IS NULL;
CREATE VIEW live AS SELECT id, body FROM msg WHERE deleted_at IS NULL;
CREATE TRIGGER msg_soft BEFORE DELETE ON msg WHEN old.deleted_at IS NULL BEGIN
  UPDATE msg SET deleted_at = 'now' WHERE id = old.id;
  SELECT RAISE(IGNORE);
END;
