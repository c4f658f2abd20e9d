CREATE TABLE t (
    id INTEGER PRIMARY KEY,
    price REAL NOT NULL CHECK (price >= 0), -- rev:renamed from net
    gross REAL GENERATED ALWAYS AS (price * 1.25) STORED,
    label TEXT AS (upper(coalesce(name, ''))) VIRTUAL,
    name TEXT -- rev:renamed from nm
) STRICT;
CREATE INDEX t_gross ON t (gross DESC) WHERE price > 1;
CREATE INDEX t_label ON t (label COLLATE NOCASE, lower(name));
