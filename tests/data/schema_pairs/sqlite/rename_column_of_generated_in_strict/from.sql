CREATE TABLE t (
    id INTEGER PRIMARY KEY,
    net REAL NOT NULL CHECK (net >= 0),
    gross REAL GENERATED ALWAYS AS (net * 1.2) STORED,
    label TEXT AS (upper(coalesce(nm, ''))) VIRTUAL,
    nm TEXT
) STRICT;
CREATE INDEX t_gross ON t (gross DESC) WHERE net > 1;
CREATE INDEX t_label ON t (label COLLATE NOCASE, lower(nm));
