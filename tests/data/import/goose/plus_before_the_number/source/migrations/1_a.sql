-- +goose Up
CREATE TABLE a (i INTEGER);
