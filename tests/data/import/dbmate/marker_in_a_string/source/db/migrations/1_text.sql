-- migrate:up
INSERT INTO t VALUES ('
-- migrate:down
');

-- migrate:down
DELETE FROM t;
