-- +goose Up
-- +goose ENVSUB ON
-- costs ${5}
CREATE TABLE a (id INTEGER);
