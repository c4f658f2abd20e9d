-- +goose Up
-- +goose StatementBegin
  
-- +goose StatementEnd
CREATE TABLE a (i INTEGER);
