-- +goose Up
CREATE TABLE a (i INTEGER);
-- +goose Down
-- +goose StatementBegin
-- nothing
-- +goose StatementEnd
