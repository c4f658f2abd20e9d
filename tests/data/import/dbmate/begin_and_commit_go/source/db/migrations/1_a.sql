-- migrate:up
BEGIN;
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
COMMIT;

-- migrate:down
BEGIN;
DROP TABLE users;
COMMIT;
