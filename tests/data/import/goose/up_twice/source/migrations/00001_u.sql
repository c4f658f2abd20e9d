-- +goose Up
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
-- +goose Up
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
