-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY i ON a (id);
CREATE INDEX CONCURRENTLY j ON a (id);
-- migrate:down
