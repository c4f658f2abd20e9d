INSERT INTO job VALUES (1, 'a'), (30, 'b');
INSERT INTO attempt VALUES (5, 30, 1), (6, 30, 2), (7, 1, 1);
