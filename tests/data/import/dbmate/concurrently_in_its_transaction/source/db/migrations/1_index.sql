-- migrate:up
CREATE INDEX CONCURRENTLY i ON users (name);
-- migrate:down
DROP INDEX i;
