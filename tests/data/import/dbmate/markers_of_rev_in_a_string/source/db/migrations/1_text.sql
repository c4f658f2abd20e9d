-- migrate:up
CREATE TABLE notes (body TEXT DEFAULT '
-- rev:downgrade
-- rev:todo
');

-- migrate:down
DROP TABLE notes;
