--+goose up
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
-- +goose down
DROP TABLE users;
