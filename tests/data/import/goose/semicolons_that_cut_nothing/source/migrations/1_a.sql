-- +goose Up
CREATE TABLE a (x text DEFAULT 'a; b'); CREATE TABLE b (x int);
-- one; two;
INSERT INTO a VALUES ('x; -- y');
