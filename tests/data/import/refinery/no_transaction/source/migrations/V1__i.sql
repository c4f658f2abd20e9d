-- indexes
-- refinery:noTransaction
CREATE INDEX CONCURRENTLY i ON users (name);
