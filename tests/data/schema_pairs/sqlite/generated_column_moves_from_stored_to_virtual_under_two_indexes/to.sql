CREATE TABLE item (
  id INTEGER PRIMARY KEY,
  price REAL NOT NULL,
  tax REAL NOT NULL DEFAULT 0.25,
  gross REAL GENERATED ALWAYS AS (round(price * (1 + tax), 2)) VIRTUAL,
  label TEXT COLLATE NOCASE
);
CREATE INDEX item_gross ON item (gross DESC);
CREATE INDEX item_gross_label ON item (gross, lower(label)) WHERE gross > 20;
