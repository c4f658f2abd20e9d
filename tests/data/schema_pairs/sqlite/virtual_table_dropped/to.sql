-- expect: alter
CREATE TABLE t (a TEXT);
