INSERT INTO t (k, a) VALUES ('x', 1), ('y', 2);
