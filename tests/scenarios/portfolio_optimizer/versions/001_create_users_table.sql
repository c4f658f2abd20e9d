-- create users table
--
-- revision: 001_create_users_table
-- revises:
-- created: 2026-01-05 12:00:00Z

-- rev:upgrade
CREATE TABLE users (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id VARCHAR(255) NOT NULL,
    connected_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    last_active_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    metadata_ JSONB
);
CREATE UNIQUE INDEX ix_users_session_id ON users (session_id);

-- rev:downgrade
DROP TABLE users;
