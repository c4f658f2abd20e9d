-- +goose Up
CREATE TABLE users (id INTEGER); -- the people

-- +goose Down
DROP TABLE users;
