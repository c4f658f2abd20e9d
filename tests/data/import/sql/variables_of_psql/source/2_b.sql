CREATE TABLE t (x text DEFAULT ':USER', y text); SELECT y::"USER" FROM t; -- :USER
