CREATE TABLE product (
  id INTEGER NOT NULL,
  sku VARCHAR(20),
  name VARCHAR(100) NOT NULL,
  price FLOAT,
  category INTEGER,
  old_flag BOOLEAN,
  PRIMARY KEY (id),
  CONSTRAINT uq_sku UNIQUE (sku),
  CONSTRAINT ck_price CHECK (price >= 0),
  CONSTRAINT fk_cat FOREIGN KEY (category) REFERENCES category (id)
);
CREATE TABLE category (id INTEGER PRIMARY KEY, name TEXT);
CREATE INDEX ix_product_name ON product (name);
CREATE INDEX ix_product_flag ON product (old_flag);
