-- create portfolios
--
-- Phase 1 of the move to several portfolios, called `expand`: everything that it adds is additional or nullable, so
-- the application that runs in production goes on working while the new one is rolled out. The label gives the phase a
-- name: `rev upgrade expand@head` stops before the phase called `contract`.
--
-- revision: 8e41d7b26f05
-- revises: 1c5e0f9a7b32
-- branch_labels: expand
-- created: 2026-02-02 13:40:51Z

-- rev:upgrade
CREATE TABLE portfolios (
    id VARCHAR(32) PRIMARY KEY,
    name VARCHAR(80) NOT NULL,
    tenant_id VARCHAR(32) NOT NULL DEFAULT 'default',
    type VARCHAR(16) NOT NULL DEFAULT 'paper' CHECK (type IN ('paper', 'live')),
    trading_state VARCHAR(16) NOT NULL DEFAULT 'active' CHECK (trading_state IN ('active', 'paused', 'closed')),
    trading_hours_policy VARCHAR(16) NOT NULL DEFAULT 'exchange',
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX portfolios_name ON portfolios (tenant_id, name);

-- All that exists so far belongs to this one.
INSERT INTO portfolios (id, name) VALUES ('DEFAULT', 'Default portfolio');

-- rev:downgrade
DROP TABLE portfolios;

-- rev:verify

-- Runs in the upgrade's transaction, after its SQL; an error here undoes the revision. This asks for the columns.
SELECT id, name, tenant_id, type, trading_state, trading_hours_policy, created_at FROM portfolios LIMIT 0;
