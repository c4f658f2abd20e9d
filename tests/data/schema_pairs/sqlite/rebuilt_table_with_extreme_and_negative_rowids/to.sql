CREATE TABLE t (a TEXT, b TEXT CHECK (b <> 'z'));
