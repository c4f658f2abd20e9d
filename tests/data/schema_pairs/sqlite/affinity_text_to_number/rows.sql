INSERT INTO t VALUES (1, '12', '1.5', 2.5), (2, 'abc', 'x', 3.5);
