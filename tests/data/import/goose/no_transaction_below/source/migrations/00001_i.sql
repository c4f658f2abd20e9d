-- +goose Up
-- +goose NO TRANSACTION
CREATE INDEX CONCURRENTLY i ON users (name);
