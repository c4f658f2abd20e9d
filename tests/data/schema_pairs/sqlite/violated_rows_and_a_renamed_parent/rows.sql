INSERT INTO ship VALUES (1, 'a');
INSERT INTO crew VALUES (1, 'a', 'x'), (2, 'gone', 'y'), (3, 'gone', 'z'), (4, NULL, 'w');
