-- migrate:up
ALTER TABLE a ADD b INTEGER;
-- migrate:down
