-- +goose Up
CREATE TABLE t (a TEXT DEFAULT '
-- migrate:down
');

-- +goose Down
DROP TABLE t;
