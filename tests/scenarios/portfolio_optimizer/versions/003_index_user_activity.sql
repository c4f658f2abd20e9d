-- index user activity
--
-- revision: 003_index_user_activity
-- revises: 002_create_portfolios_table
-- created: 2026-01-07 12:00:00Z

-- rev:upgrade
CREATE INDEX ix_users_last_active_at ON users (last_active_at DESC);

-- rev:downgrade
DROP INDEX ix_users_last_active_at;
