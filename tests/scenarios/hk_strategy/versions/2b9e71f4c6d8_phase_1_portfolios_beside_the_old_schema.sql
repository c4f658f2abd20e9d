-- phase 1: portfolios beside the old schema
--
-- The old application goes on: its INSERTs name no portfolio, and a NULL there counts as DEFAULT.
--
-- revision: 2b9e71f4c6d8
-- revises: 15c0d3e7a2b4
-- branch_labels: expand
-- created: 2026-06-02 01:00:00Z

-- rev:upgrade
CREATE TABLE portfolios (
    portfolio_id VARCHAR(50) PRIMARY KEY,
    name VARCHAR(100) NOT NULL UNIQUE,
    is_active BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
INSERT INTO portfolios (portfolio_id, name) VALUES ('DEFAULT', 'Default portfolio');

ALTER TABLE portfolio_positions ADD COLUMN portfolio_id VARCHAR(50);
UPDATE portfolio_positions SET portfolio_id = 'DEFAULT';

DROP INDEX portfolio_positions_symbol;
CREATE UNIQUE INDEX portfolio_positions_portfolio_symbol
    ON portfolio_positions (COALESCE(portfolio_id, 'DEFAULT'), symbol);
CREATE INDEX portfolio_positions_portfolio_id ON portfolio_positions (portfolio_id);

-- rev:downgrade

-- One row a symbol stays: the oldest, with the sum of the quantities and their average cost, weighted by quantity.
WITH merged AS (
    SELECT MIN(id) AS id,
           SUM(quantity) AS quantity,
           COALESCE(SUM(quantity * avg_cost) / NULLIF(SUM(quantity), 0), AVG(avg_cost)) AS avg_cost,
           MAX(last_updated) AS last_updated
    FROM portfolio_positions
    GROUP BY symbol
),
kept AS (
    UPDATE portfolio_positions
    SET quantity = merged.quantity, avg_cost = merged.avg_cost, last_updated = merged.last_updated
    FROM merged
    WHERE portfolio_positions.id = merged.id
)
DELETE FROM portfolio_positions WHERE id NOT IN (SELECT id FROM merged);

DROP INDEX portfolio_positions_portfolio_id;
DROP INDEX portfolio_positions_portfolio_symbol;
ALTER TABLE portfolio_positions DROP COLUMN portfolio_id;
CREATE UNIQUE INDEX portfolio_positions_symbol ON portfolio_positions (symbol);
DROP TABLE portfolios;

-- rev:verify
SELECT portfolio_id, name, is_active FROM portfolios LIMIT 0;
SELECT portfolio_id FROM portfolio_positions LIMIT 0;

-- rev:verify empty
SELECT id, symbol FROM portfolio_positions WHERE quantity < 0;
SELECT symbol, portfolio_id
FROM portfolio_positions
WHERE portfolio_id NOT IN (SELECT portfolio_id FROM portfolios);
