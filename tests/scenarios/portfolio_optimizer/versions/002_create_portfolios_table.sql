-- create portfolios table
--
-- revision: 002_create_portfolios_table
-- revises: 001_create_users_table
-- created: 2026-01-06 12:00:00Z

-- rev:upgrade
CREATE TYPE risk_profile AS ENUM ('low', 'medium', 'high');
CREATE TABLE portfolios (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    risk risk_profile NOT NULL DEFAULT 'medium',
    weights JSONB NOT NULL DEFAULT '{}'
);
CREATE INDEX ix_portfolios_user_id ON portfolios (user_id);

-- rev:downgrade
DROP TABLE portfolios;
DROP TYPE risk_profile;
