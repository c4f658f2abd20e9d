-- migrate:up
CREATE TABLE a (i INTEGER);
-- migrate:down
