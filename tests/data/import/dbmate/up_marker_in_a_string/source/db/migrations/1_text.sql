-- migrate:up
CREATE TABLE t (a TEXT DEFAULT '
  -- migrate:down
');

-- migrate:down
DROP TABLE t;
