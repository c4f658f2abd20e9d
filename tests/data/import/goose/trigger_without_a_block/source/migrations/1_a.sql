-- +goose Up
CREATE TABLE a (x int);
CREATE TRIGGER t AFTER INSERT ON a BEGIN
  UPDATE a SET x = 1;
END;
-- +goose Down
DROP TABLE a;
