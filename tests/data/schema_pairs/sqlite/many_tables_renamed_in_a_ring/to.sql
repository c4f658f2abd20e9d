-- rev:renamed from a
CREATE TABLE b (id INTEGER PRIMARY KEY, b INTEGER REFERENCES c (id), av TEXT);
-- rev:renamed from b
CREATE TABLE c (id INTEGER PRIMARY KEY, c INTEGER REFERENCES a (id), bv TEXT);
-- rev:renamed from c
CREATE TABLE a (id INTEGER PRIMARY KEY, a INTEGER REFERENCES b (id), cv TEXT);
CREATE VIEW abc AS SELECT av, bv, cv FROM b JOIN c ON b.b = c.id JOIN a ON c.c = a.id;
