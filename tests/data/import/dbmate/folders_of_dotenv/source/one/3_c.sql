-- migrate:up
ALTER TABLE a ADD c INTEGER;
-- migrate:down
