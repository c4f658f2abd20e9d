INSERT INTO note (rowid, title, text) VALUES (3, 'one', 'first text');
