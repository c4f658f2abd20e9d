INSERT INTO crew VALUES (1, 'ann'), (90, 'bob');
DELETE FROM crew WHERE id = 90;
