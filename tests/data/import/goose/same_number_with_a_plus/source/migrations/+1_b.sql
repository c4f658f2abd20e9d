-- +goose Up
CREATE TABLE b (i INTEGER);
