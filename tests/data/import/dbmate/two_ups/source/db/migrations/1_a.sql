-- migrate:up
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);

-- migrate:down
DROP TABLE users;
-- migrate:up
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
