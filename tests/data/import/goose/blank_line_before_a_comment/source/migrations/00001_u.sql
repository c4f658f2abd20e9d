-- +goose Up
CREATE TABLE users (id INTEGER PRIMARY KEY);
  
-- the end
-- +goose Down
DROP TABLE users;
