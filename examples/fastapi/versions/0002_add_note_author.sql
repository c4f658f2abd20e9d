-- add note author
--
-- revision: 0002
-- revises: 0001
-- created: 2026-11-21 09:05:00Z

-- rev:upgrade
ALTER TABLE note ADD COLUMN author text NOT NULL DEFAULT 'somebody';
INSERT INTO note (id, text) VALUES (1, 'made by revision 0002');

-- rev:downgrade
DELETE FROM note WHERE id = 1;
ALTER TABLE note DROP COLUMN author;
