-- scope events
--
-- Nullable: an event of the whole system belongs to no portfolio.
--
-- revision: 83b2e6d4c901
-- revises: 6c58f1e0a37d
-- created: 2026-05-04 08:40:00Z

-- rev:upgrade
ALTER TABLE events ADD COLUMN tenant_id TEXT;
ALTER TABLE events ADD COLUMN portfolio_id TEXT;

-- rev:downgrade
ALTER TABLE events DROP COLUMN portfolio_id;
ALTER TABLE events DROP COLUMN tenant_id;

-- rev:verify
SELECT tenant_id, portfolio_id FROM events LIMIT 0;
