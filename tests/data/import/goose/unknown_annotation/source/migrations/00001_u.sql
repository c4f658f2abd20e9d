-- +goose Up
-- +goose Wait
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
