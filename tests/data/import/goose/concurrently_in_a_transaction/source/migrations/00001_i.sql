-- +goose Up
CREATE INDEX CONCURRENTLY i ON users (name);
-- +goose Down
DROP INDEX i;
