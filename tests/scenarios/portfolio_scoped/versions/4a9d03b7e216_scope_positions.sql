-- scope positions
--
-- revision: 4a9d03b7e216
-- revises: 2e7c4d81f95a
-- created: 2026-05-04 08:20:00Z

-- rev:upgrade
ALTER TABLE positions ADD COLUMN tenant_id TEXT NOT NULL DEFAULT 'default';
ALTER TABLE positions ADD COLUMN portfolio_id TEXT NOT NULL DEFAULT 'main';
ALTER TABLE positions ADD COLUMN asset_symbol TEXT;
ALTER TABLE positions ADD COLUMN avg_cost REAL;

-- `cost` is what the whole position cost.
UPDATE positions
SET asset_symbol = upper(symbol),
    avg_cost = CASE WHEN quantity = 0 THEN 0 ELSE cost / quantity END;
CREATE INDEX positions_portfolio ON positions (tenant_id, portfolio_id, asset_symbol);

-- rev:downgrade
DROP INDEX positions_portfolio;
ALTER TABLE positions DROP COLUMN avg_cost;
ALTER TABLE positions DROP COLUMN asset_symbol;
ALTER TABLE positions DROP COLUMN portfolio_id;
ALTER TABLE positions DROP COLUMN tenant_id;

-- rev:verify
SELECT tenant_id, portfolio_id, asset_symbol, avg_cost FROM positions LIMIT 0;

-- rev:verify empty
SELECT id, symbol, quantity FROM positions WHERE quantity < 0 AND avg_cost < 0;
