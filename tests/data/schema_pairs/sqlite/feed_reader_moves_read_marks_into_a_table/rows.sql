INSERT INTO feed (id, url, last_modified) VALUES (3, 'u1', 17), (9, 'u2', NULL);
DELETE FROM feed WHERE id = 9;
INSERT INTO item (id, feed_id, guid, title, body) VALUES (100, 3, 'g1', 't', 'b'), (101, 3, 'g2', 't', NULL);
