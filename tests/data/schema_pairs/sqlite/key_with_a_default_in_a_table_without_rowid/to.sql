-- expect: unequal rows
CREATE TABLE w (k TEXT DEFAULT 'none', n INTEGER, PRIMARY KEY (k)) WITHOUT ROWID;
