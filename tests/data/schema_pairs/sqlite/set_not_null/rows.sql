INSERT INTO crew (rowid, name, rank) VALUES (3, 'ann', NULL), (9, 'bob', 'captain');
