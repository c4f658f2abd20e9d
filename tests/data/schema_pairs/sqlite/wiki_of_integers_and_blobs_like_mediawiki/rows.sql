INSERT INTO page VALUES (5, 0, 'Main', 1, 0.5, NULL), (90, 1, 'Gone', 0, 0.25, x'01');
DELETE FROM page WHERE page_id = 90;
INSERT INTO revision VALUES (1, 5, 'first', 1, 'me');
