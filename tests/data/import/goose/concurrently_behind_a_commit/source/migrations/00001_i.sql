-- +goose Up
COMMIT;
CREATE INDEX CONCURRENTLY i ON users (name);
BEGIN;
-- +goose Down
DROP INDEX i;
