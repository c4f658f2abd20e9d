CREATE TABLE msg (id INTEGER PRIMARY KEY, body TEXT, seen INTEGER);
CREATE INDEX msg_live ON msg (seen);
CREATE VIEW live AS SELECT id, body FROM msg;
