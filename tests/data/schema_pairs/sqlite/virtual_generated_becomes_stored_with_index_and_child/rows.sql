INSERT INTO t (id, a) VALUES (1, 5), (2, 6);
INSERT INTO c VALUES (1, 1), (2, 2);
