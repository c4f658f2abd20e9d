-- scope orders and trades to portfolios
--
-- A column with a constant default fills the rows that are there, without rewriting the table on either database, and
-- serves the INSERTs of the old application, too.
--
-- revision: b90f3a5d18c7
-- revises: 27c6a30d7c24
-- created: 2026-02-04 08:25:40Z

-- rev:upgrade
ALTER TABLE orders ADD COLUMN tenant_id VARCHAR(32) NOT NULL DEFAULT 'default';
ALTER TABLE orders ADD COLUMN portfolio_id VARCHAR(32) NOT NULL DEFAULT 'DEFAULT';
ALTER TABLE trades ADD COLUMN tenant_id VARCHAR(32) NOT NULL DEFAULT 'default';
ALTER TABLE trades ADD COLUMN portfolio_id VARCHAR(32) NOT NULL DEFAULT 'DEFAULT';
CREATE INDEX orders_portfolio_id ON orders (portfolio_id, placed_at);
CREATE INDEX trades_portfolio_id ON trades (portfolio_id, traded_at);

-- rev:downgrade
DROP INDEX trades_portfolio_id;
DROP INDEX orders_portfolio_id;
ALTER TABLE trades DROP COLUMN portfolio_id;
ALTER TABLE trades DROP COLUMN tenant_id;
ALTER TABLE orders DROP COLUMN portfolio_id;
ALTER TABLE orders DROP COLUMN tenant_id;

-- rev:verify empty
SELECT trades.id
FROM trades
JOIN orders ON orders.id = order_id
WHERE orders.portfolio_id <> trades.portfolio_id;
