-- expect: alter
CREATE TABLE t (a, b, c TEXT);
