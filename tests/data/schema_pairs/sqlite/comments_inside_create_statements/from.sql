CREATE TABLE t (
  -- the id, see "b"
  id INTEGER PRIMARY KEY, /* a comma, here */
  a TEXT -- trailing ) paren
  , b TEXT /* 'quote */ DEFAULT 'x' -- CHECK (no)
);
CREATE INDEX i ON t (a /* first */, b) -- done
;
CREATE VIEW v AS -- all of it
  SELECT a /* , b */ FROM t;
