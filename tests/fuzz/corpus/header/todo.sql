-- revision: a
-- revises:
-- rev:upgrade
-- rev:todo: write it
-- rev:downgrade sqlite
-- rev:todo
DROP TABLE a;
-- rev:todo again
