INSERT INTO moz_places (id, url, favicon_id) VALUES (1, 'a', 2), (8, 'b', NULL);
INSERT INTO moz_historyvisits VALUES (1, 0, 8, 5, 1, 0);
INSERT INTO moz_hosts VALUES (1, 'h', 1, NULL);
