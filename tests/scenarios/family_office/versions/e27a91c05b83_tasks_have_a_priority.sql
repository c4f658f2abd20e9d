-- tasks have a priority
--
-- revision: e27a91c05b83
-- revises: b4f80a6e13d2
-- created: 2026-04-01 00:00:00Z

-- rev:upgrade
ALTER TABLE agent_tasks ADD COLUMN priority INTEGER NOT NULL DEFAULT 5;
DROP INDEX ix_agent_tasks_pending;
CREATE INDEX ix_agent_tasks_pending ON agent_tasks (priority, created_at) WHERE status = 'pending';
INSERT INTO users (id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'agent; the "household''s" own');

-- rev:downgrade
DELETE FROM users WHERE id = '00000000-0000-4000-8000-000000000001';
DROP INDEX ix_agent_tasks_pending;
ALTER TABLE agent_tasks DROP COLUMN priority;
CREATE INDEX ix_agent_tasks_pending ON agent_tasks (created_at) WHERE status = 'pending'
