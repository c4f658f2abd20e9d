CREATE TABLE t (
  -- the id, see "b"
  id INTEGER PRIMARY KEY, /* a comma, here */
  a TEXT -- trailing ) paren
  NOT NULL DEFAULT '--', b TEXT /* 'quote */ DEFAULT 'y' -- CHECK (no)
  , c /* , d TEXT */ INTEGER
);
CREATE INDEX i ON t (a /* first */, b, c) -- done
;
CREATE VIEW v AS -- all of it
  SELECT a /* , b */, c FROM t;
