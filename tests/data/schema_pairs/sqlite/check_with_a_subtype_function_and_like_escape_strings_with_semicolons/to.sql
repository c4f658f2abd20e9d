CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT DEFAULT 'x;--' CHECK (a LIKE 'x;\_%' ESCAPE '\' OR a GLOB '[x]*') /* ; */, b TEXT); -- end;
