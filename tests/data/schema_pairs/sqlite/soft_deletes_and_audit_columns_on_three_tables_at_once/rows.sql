INSERT INTO client VALUES (1, 'c');
INSERT INTO project VALUES (1, 1, 'p'), (2, 1, 'q');
INSERT INTO entry VALUES (1, 1, 5), (2, 2, 6);
