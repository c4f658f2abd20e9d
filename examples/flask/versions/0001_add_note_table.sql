-- add note table
--
-- revision: 0001
-- revises:
-- created: 2026-11-21 09:00:00Z

-- rev:upgrade
CREATE TABLE note (id integer PRIMARY KEY, text text NOT NULL);

-- rev:downgrade
DROP TABLE note;

-- rev:verify
SELECT id, text FROM note LIMIT 0;
