INSERT INTO note (rowid, title, text) VALUES (3, 'one', 'first text'), (8, 'two', 'second text');
INSERT INTO place VALUES (1, 0, 1), (4, 2, 3);
