INSERT INTO t (rowid, a, b) VALUES (-5, 'neg', 'x'), (9223372036854775807, 'max', NULL), (0, 'zero', 'y'), (12, NULL, NULL);
