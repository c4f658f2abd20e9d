-- move positions into the default portfolio
--
-- The new columns are nullable and the old ones stay: an INSERT by the old application still works and leaves the new
-- columns empty, which the code of the new one reads as "DEFAULT". The revision labelled `contract` ends this.
--
-- revision: 27c6a30d7c24
-- revises: 8e41d7b26f05
-- created: 2026-02-02 15:02:17Z

-- rev:upgrade
ALTER TABLE positions ADD COLUMN tenant_id VARCHAR(32);
ALTER TABLE positions ADD COLUMN portfolio_id VARCHAR(32);
ALTER TABLE positions ADD COLUMN asset_symbol VARCHAR(32);
ALTER TABLE positions ADD COLUMN avg_cost NUMERIC(18, 4);

-- The backfill, in the same transaction as the columns: there is no moment at which half of the rows have moved.
UPDATE positions SET tenant_id = 'default', portfolio_id = 'DEFAULT', asset_symbol = upper(symbol), avg_cost = price;

-- From now on a symbol is unique within its portfolio only.
DROP INDEX positions_symbol;
CREATE UNIQUE INDEX positions_portfolio_symbol ON positions (COALESCE(portfolio_id, 'DEFAULT'), symbol);

-- rev:downgrade

-- Back to one portfolio without losing a row's worth: where several portfolios hold a symbol, the oldest row takes the
-- sum of the quantities, and their average cost, weighted by quantity (plain, where long and short cancel out).
UPDATE positions
SET (quantity, price) = (
    SELECT SUM(same.quantity),
           COALESCE(SUM(same.quantity * COALESCE(same.avg_cost, same.price)) * 1.0 / NULLIF(SUM(same.quantity), 0),
                    AVG(COALESCE(same.avg_cost, same.price)))
    FROM positions AS same
    WHERE same.symbol = positions.symbol
)
WHERE id = (SELECT MIN(same.id) FROM positions AS same WHERE same.symbol = positions.symbol);
DELETE FROM positions
WHERE id > (SELECT MIN(same.id) FROM positions AS same WHERE same.symbol = positions.symbol);

DROP INDEX positions_portfolio_symbol;
ALTER TABLE positions DROP COLUMN avg_cost;
ALTER TABLE positions DROP COLUMN asset_symbol;
ALTER TABLE positions DROP COLUMN portfolio_id;
ALTER TABLE positions DROP COLUMN tenant_id;
CREATE UNIQUE INDEX positions_symbol ON positions (symbol);

-- rev:verify empty

-- Under `empty` each statement must return no row: these would be positions that the backfill missed. `rev verify` asks
-- again at any time, so the questions must suit later schemas, too, and leave out rows that the old application writes.
SELECT id FROM positions WHERE portfolio_id IS NULL AND tenant_id IS NOT NULL;
SELECT positions.id, portfolio_id
FROM positions
LEFT JOIN portfolios ON portfolios.id = portfolio_id
WHERE portfolio_id IS NOT NULL AND portfolios.id IS NULL;
