INSERT INTO t VALUES (1, 'a');
INSERT INTO old_fts (body) VALUES ('one two');
INSERT INTO new_fts (body) VALUES ('three four'), ('five');
