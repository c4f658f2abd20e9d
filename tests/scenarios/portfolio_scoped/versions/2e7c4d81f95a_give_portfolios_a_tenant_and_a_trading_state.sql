-- give portfolios a tenant and a trading state
--
-- revision: 2e7c4d81f95a
-- revises: 0b1f6a2c9d40
-- created: 2026-05-04 08:10:00Z

-- rev:upgrade
ALTER TABLE portfolios ADD COLUMN tenant_id TEXT NOT NULL DEFAULT 'default';
ALTER TABLE portfolios ADD COLUMN type TEXT NOT NULL DEFAULT 'paper';
ALTER TABLE portfolios ADD COLUMN trading_state TEXT NOT NULL DEFAULT 'active';
ALTER TABLE portfolios ADD COLUMN trading_hours_policy TEXT NOT NULL DEFAULT 'exchange';

-- rev:downgrade
ALTER TABLE portfolios DROP COLUMN trading_hours_policy;
ALTER TABLE portfolios DROP COLUMN trading_state;
ALTER TABLE portfolios DROP COLUMN type;
ALTER TABLE portfolios DROP COLUMN tenant_id;

-- rev:verify
SELECT tenant_id, type, trading_state, trading_hours_policy FROM portfolios LIMIT 0;
