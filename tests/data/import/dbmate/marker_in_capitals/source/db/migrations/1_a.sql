-- MIGRATE:UP
CREATE TABLE a (i INTEGER);
-- migrate:down
