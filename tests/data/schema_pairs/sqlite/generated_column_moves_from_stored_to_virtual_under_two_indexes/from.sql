CREATE TABLE item (
  id INTEGER PRIMARY KEY,
  price REAL NOT NULL,
  tax REAL NOT NULL DEFAULT 0.2,
  gross REAL GENERATED ALWAYS AS (price * (1 + tax)) STORED,
  label TEXT
);
CREATE INDEX item_gross ON item (gross DESC);
CREATE INDEX item_gross_label ON item (gross, lower(label)) WHERE gross > 10;
