INSERT INTO mail VALUES (1, 'hi', 'you'), (4, 'x', 'y');
