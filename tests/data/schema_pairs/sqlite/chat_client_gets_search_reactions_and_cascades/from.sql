CREATE TABLE messages (id STRING PRIMARY KEY ASC, json TEXT, unread INTEGER, sent_at INTEGER, conversationId STRING, received_at INTEGER, body TEXT);
CREATE INDEX messages_unread ON messages (unread);
CREATE INDEX messages_conversation ON messages (conversationId, received_at) WHERE conversationId IS NOT NULL;
CREATE TABLE conversations (id STRING PRIMARY KEY ASC, json TEXT, active_at INTEGER, type STRING, members TEXT, name TEXT);
CREATE TABLE unprocessed (id STRING, timestamp INTEGER, json TEXT);
CREATE VIRTUAL TABLE messages_fts USING fts5 (body);
CREATE TRIGGER messages_on_insert AFTER INSERT ON messages WHEN new.body IS NOT NULL BEGIN INSERT INTO messages_fts (rowid, body) VALUES (new.rowid, new.body); END;
CREATE TRIGGER messages_on_delete AFTER DELETE ON messages BEGIN DELETE FROM messages_fts WHERE rowid = old.rowid; END;
