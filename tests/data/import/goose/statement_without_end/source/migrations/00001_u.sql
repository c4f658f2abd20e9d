-- +goose Up
CREATE TABLE users (id INTEGER)

-- +goose Down
DROP TABLE users;
