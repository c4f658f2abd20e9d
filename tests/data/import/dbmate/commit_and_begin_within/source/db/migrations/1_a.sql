-- migrate:up
CREATE TABLE a (id INTEGER);
COMMIT;
BEGIN;
CREATE TABLE b (id INTEGER);

-- migrate:down
