CREATE TABLE users (userid INTEGER PRIMARY KEY, username TEXT, UNIQUE (username));
CREATE INDEX users_name ON users (username);
CREATE TABLE logins (userid INTEGER REFERENCES users (userid));
