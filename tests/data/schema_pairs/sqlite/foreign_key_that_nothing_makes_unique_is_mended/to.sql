-- expect: not enforced
CREATE TABLE p (id INTEGER, code TEXT);
CREATE TABLE c (code TEXT REFERENCES p (code), v TEXT);
