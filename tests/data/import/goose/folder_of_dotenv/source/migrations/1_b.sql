-- +goose Up
CREATE TABLE b (id INTEGER);
