-- refinery:noTransaction
CREATE INDEX CONCURRENTLY i ON a (id);
CREATE INDEX CONCURRENTLY j ON a (id);
