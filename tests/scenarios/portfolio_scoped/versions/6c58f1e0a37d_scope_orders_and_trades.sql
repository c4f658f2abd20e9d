-- scope orders and trades
--
-- revision: 6c58f1e0a37d
-- revises: 4a9d03b7e216
-- created: 2026-05-04 08:30:00Z

-- rev:upgrade
ALTER TABLE orders ADD COLUMN tenant_id TEXT NOT NULL DEFAULT 'default';
ALTER TABLE orders ADD COLUMN portfolio_id TEXT NOT NULL DEFAULT 'main';
ALTER TABLE trades ADD COLUMN tenant_id TEXT NOT NULL DEFAULT 'default';
ALTER TABLE trades ADD COLUMN portfolio_id TEXT NOT NULL DEFAULT 'main';

-- rev:downgrade
ALTER TABLE trades DROP COLUMN portfolio_id;
ALTER TABLE trades DROP COLUMN tenant_id;
ALTER TABLE orders DROP COLUMN portfolio_id;
ALTER TABLE orders DROP COLUMN tenant_id;

-- rev:verify
SELECT orders.tenant_id, orders.portfolio_id, trades.tenant_id, trades.portfolio_id FROM orders, trades LIMIT 0;
