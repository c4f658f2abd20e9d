CREATE TABLE t (id INTEGER PRIMARY KEY, mail TEXT CHECK (mail LIKE '%_@_%' ESCAPE '\'), code TEXT CHECK (code GLOB '[A-Z]*'), p REAL);
