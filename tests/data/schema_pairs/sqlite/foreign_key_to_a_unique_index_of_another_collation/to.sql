-- expect: not enforced
CREATE TABLE p (id INTEGER, code TEXT NOT NULL DEFAULT 'a');
CREATE UNIQUE INDEX p_code ON p (code COLLATE NOCASE);
CREATE TABLE c (code TEXT REFERENCES p (code), v TEXT);
