-- +goose Up
CREATE TABLE a (x int);
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  RETURN 1;
END $$;
-- +goose Down
DROP FUNCTION f();
