INSERT INTO messages (id, json, unread, body) VALUES ('m1', '{"type":"story"}', 1, 'hello'), ('m2', '{}', NULL, 'you'), ('m3', NULL, 0, NULL);
DELETE FROM messages WHERE id = 'm1';
INSERT INTO conversations (id) VALUES ('c');
INSERT INTO unprocessed VALUES ('a', 1, NULL), ('b', 2, NULL);
