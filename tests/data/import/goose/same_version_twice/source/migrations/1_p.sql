-- +goose Up
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));

-- +goose Down
DROP TABLE posts;
