INSERT INTO t VALUES ('x', 'y'), (NULL, NULL), ('x', 'y');
