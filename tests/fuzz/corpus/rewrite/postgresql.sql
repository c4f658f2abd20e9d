-- m
--
-- revision: b1
-- revises: a1

-- rev:upgrade
ALTER TABLE account ADD COLUMN x int;
SET search_path = app;

-- rev:downgrade
ALTER TABLE account DROP COLUMN x;
