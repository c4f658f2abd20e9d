-- Up Migration
CREATE INDEX CONCURRENTLY i ON users (name);
-- Down Migration
DROP INDEX i;
