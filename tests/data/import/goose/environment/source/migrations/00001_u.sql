-- +goose Up
-- +goose ENVSUB ON
CREATE TABLE ${TABLE_NAME:-users} (id INTEGER);
-- +goose ENVSUB OFF
CREATE TABLE p (a TEXT DEFAULT '${KEPT}');
