-- +goose Up
-- +goose StatementBegin
CREATE TABLE a (id INTEGER)
-- +goose StatementEnd
CREATE TABLE b (id INTEGER);
