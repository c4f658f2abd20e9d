-- initial schema
--
-- revision: 9c1d5e20b7f4
-- revises:
-- created: 2026-02-01 00:00:00Z

-- rev:upgrade postgresql
CREATE TABLE users (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    email VARCHAR(255) NOT NULL UNIQUE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()
);
CREATE TABLE accounts (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name VARCHAR(100) NOT NULL,
    currency VARCHAR(3),
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()
);
CREATE INDEX ix_accounts_user_id ON accounts (user_id);
CREATE TABLE assets (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    symbol VARCHAR(32) NOT NULL,
    quantity NUMERIC(24, 8) NOT NULL DEFAULT 0,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()
);
CREATE INDEX ix_assets_account_symbol ON assets (account_id, symbol);
CREATE TABLE real_estate (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    estimated_value NUMERIC(18, 2)
);
CREATE INDEX ix_real_estate_user_id ON real_estate (user_id);
CREATE TABLE transactions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id UUID NOT NULL REFERENCES accounts (id),
    asset_id UUID REFERENCES assets (id),
    amount NUMERIC(18, 2) NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX ix_transactions_account_occurred ON transactions (account_id, occurred_at);
CREATE TABLE agent_tasks (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users (id),
    status VARCHAR(16) NOT NULL DEFAULT 'pending',
    payload JSONB NOT NULL DEFAULT '{}',
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()
);
CREATE INDEX ix_agent_tasks_pending ON agent_tasks (created_at) WHERE status = 'pending';

-- rev:upgrade sqlite

-- UUIDs and times are text here; the default for a time writes UTC with its zone.
CREATE TABLE users (
    id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))),
    email VARCHAR(255) NOT NULL UNIQUE,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%S+00:00', 'now'))
);
CREATE TABLE accounts (
    id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))),
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name VARCHAR(100) NOT NULL,
    currency VARCHAR(3),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%S+00:00', 'now'))
);
CREATE INDEX ix_accounts_user_id ON accounts (user_id);
CREATE TABLE assets (
    id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))),
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    symbol VARCHAR(32) NOT NULL,
    quantity NUMERIC(24, 8) NOT NULL DEFAULT 0,
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%S+00:00', 'now'))
);
CREATE INDEX ix_assets_account_symbol ON assets (account_id, symbol);
CREATE TABLE real_estate (
    id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))),
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    estimated_value NUMERIC(18, 2)
);
CREATE INDEX ix_real_estate_user_id ON real_estate (user_id);
CREATE TABLE transactions (
    id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    asset_id TEXT REFERENCES assets (id),
    amount NUMERIC(18, 2) NOT NULL,
    occurred_at TEXT NOT NULL
);
CREATE INDEX ix_transactions_account_occurred ON transactions (account_id, occurred_at);
CREATE TABLE agent_tasks (
    id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))),
    user_id TEXT REFERENCES users (id),
    status VARCHAR(16) NOT NULL DEFAULT 'pending',
    payload TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(payload)),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%S+00:00', 'now'))
);
CREATE INDEX ix_agent_tasks_pending ON agent_tasks (created_at) WHERE status = 'pending';

-- rev:downgrade
DROP TABLE agent_tasks;
DROP TABLE transactions;
DROP TABLE real_estate;
DROP TABLE assets;
DROP TABLE accounts;
DROP TABLE users;
