CREATE TABLE product (
  id INTEGER NOT NULL,
  code VARCHAR(40) NOT NULL DEFAULT '', -- rev:renamed from sku
  name VARCHAR(200) NOT NULL COLLATE NOCASE,
  price NUMERIC(10, 2) DEFAULT 0 NOT NULL,
  category INTEGER,
  created TEXT DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id AUTOINCREMENT),
  CONSTRAINT uq_code UNIQUE (code),
  CONSTRAINT ck_price CHECK (price >= 0 AND price < 1e9),
  CONSTRAINT fk_cat FOREIGN KEY (category) REFERENCES category (id) ON DELETE SET NULL
);
CREATE TABLE category (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE INDEX ix_product_name ON product (name, code);
CREATE INDEX ix_product_created ON product (created) WHERE created IS NOT NULL;
