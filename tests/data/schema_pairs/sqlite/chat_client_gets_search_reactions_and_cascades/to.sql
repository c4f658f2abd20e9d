CREATE TABLE messages (
  rowid INTEGER PRIMARY KEY ASC,
  id STRING UNIQUE,
  json TEXT,
  readStatus INTEGER, -- rev:renamed from unread
  sent_at INTEGER,
  conversationId STRING,
  received_at INTEGER,
  body TEXT,
  isStory INTEGER GENERATED ALWAYS AS (json_extract(json, '$.type') IS 'story') VIRTUAL,
  expiresAt INTEGER GENERATED ALWAYS AS (ifnull(sent_at + json_extract(json, '$.timer'), 9007199254740991)) VIRTUAL
);
CREATE INDEX messages_unread ON messages (readStatus, isStory) WHERE readStatus IS NOT NULL;
CREATE INDEX messages_conversation ON messages (conversationId, isStory, received_at, sent_at);
CREATE INDEX messages_expires ON messages (expiresAt);
CREATE TABLE conversations (id STRING PRIMARY KEY ASC, json TEXT, active_at INTEGER, type STRING, members TEXT, name TEXT, e164 TEXT, uuid TEXT);
CREATE INDEX conversations_uuid ON conversations (uuid);
CREATE TABLE reactions (conversationId STRING, emoji STRING, messageId STRING REFERENCES messages (id) ON DELETE CASCADE, unread INTEGER);
CREATE TABLE unprocessed (id STRING PRIMARY KEY ASC, timestamp INTEGER, json TEXT, attempts INTEGER DEFAULT 0);
CREATE VIRTUAL TABLE messages_fts USING fts5 (body, tokenize = 'unicode61');
CREATE TRIGGER messages_on_insert AFTER INSERT ON messages WHEN new.isStory IS NOT 1 AND new.body IS NOT NULL BEGIN INSERT INTO messages_fts (rowid, body) VALUES (new.rowid, new.body); END;
CREATE TRIGGER messages_on_update AFTER UPDATE ON messages WHEN (new.body IS NULL OR old.body IS NOT new.body) BEGIN
  DELETE FROM messages_fts WHERE rowid = old.rowid;
  INSERT INTO messages_fts (rowid, body) VALUES (new.rowid, new.body);
END;
CREATE TRIGGER messages_on_delete AFTER DELETE ON messages BEGIN DELETE FROM messages_fts WHERE rowid = old.rowid; DELETE FROM reactions WHERE messageId = old.id; END;
