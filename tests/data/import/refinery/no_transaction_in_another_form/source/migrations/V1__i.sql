--  refinery:noTransaction
-- refinery:noTransaction please
CREATE INDEX CONCURRENTLY i ON users (name);
