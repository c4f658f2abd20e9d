-- migrate:up
CREATE TABLE users (id INTEGER);
VACUUM;
-- migrate:down
DROP TABLE users;
