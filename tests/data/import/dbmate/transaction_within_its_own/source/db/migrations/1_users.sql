-- migrate:up
BEGIN;
CREATE TABLE users (id INTEGER);
COMMIT;
-- migrate:down
DROP TABLE users;
