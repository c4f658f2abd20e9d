CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, CHECK (a <> ''), CHECK (a <> ''), CONSTRAINT c CHECK (a <> 'x'), CONSTRAINT c CHECK (a <> 'y'));
