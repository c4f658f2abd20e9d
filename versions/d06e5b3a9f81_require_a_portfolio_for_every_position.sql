-- require a portfolio for every position
--
-- Phase 2, `contract`: run it when no instance of the old application is left. Its INSERTs fail from here on.
--
-- SQLite cannot change a column, so the table is built anew, as https://sqlite.org/lang_altertable.html describes. With
-- `sqlite_foreign_keys: false` no foreign key acts while the old table is dropped, and all of them are checked before
-- the commit.
--
-- revision: d06e5b3a9f81
-- revises: ae1027a6acf4
-- branch_labels: contract
-- sqlite_foreign_keys: false
-- created: 2026-03-02 07:30:00Z

-- rev:upgrade postgresql

-- What the old application wrote between the phases.
UPDATE positions SET tenant_id = 'default', portfolio_id = 'DEFAULT' WHERE portfolio_id IS NULL;
UPDATE positions SET asset_symbol = upper(symbol) WHERE asset_symbol IS NULL;
UPDATE positions SET avg_cost = price WHERE avg_cost IS NULL;

DROP INDEX positions_portfolio_symbol;
ALTER TABLE positions
    ALTER COLUMN tenant_id SET NOT NULL,
    ALTER COLUMN portfolio_id SET NOT NULL,
    ALTER COLUMN asset_symbol SET NOT NULL,
    ALTER COLUMN avg_cost SET NOT NULL,
    DROP COLUMN symbol,
    DROP COLUMN price,
    ADD CONSTRAINT positions_portfolio FOREIGN KEY (portfolio_id) REFERENCES portfolios (id);
CREATE UNIQUE INDEX positions_portfolio_asset ON positions (portfolio_id, asset_symbol);

-- rev:upgrade sqlite
CREATE TABLE new_positions (
    id INTEGER PRIMARY KEY,
    tenant_id VARCHAR(32) NOT NULL,
    portfolio_id VARCHAR(32) NOT NULL REFERENCES portfolios (id),
    asset_symbol VARCHAR(32) NOT NULL,
    quantity NUMERIC(18, 4) NOT NULL,
    avg_cost NUMERIC(18, 4) NOT NULL
);
INSERT INTO new_positions (id, tenant_id, portfolio_id, asset_symbol, quantity, avg_cost)
SELECT id,
       COALESCE(tenant_id, 'default'),
       COALESCE(portfolio_id, 'DEFAULT'),
       COALESCE(asset_symbol, upper(symbol)),
       quantity,
       COALESCE(avg_cost, price)
FROM positions;
DROP TABLE positions;
ALTER TABLE new_positions RENAME TO positions;
CREATE UNIQUE INDEX positions_portfolio_asset ON positions (portfolio_id, asset_symbol);

-- rev:downgrade postgresql
DROP INDEX positions_portfolio_asset;
ALTER TABLE positions
    DROP CONSTRAINT positions_portfolio,
    ALTER COLUMN tenant_id DROP NOT NULL,
    ALTER COLUMN portfolio_id DROP NOT NULL,
    ALTER COLUMN asset_symbol DROP NOT NULL,
    ALTER COLUMN avg_cost DROP NOT NULL,
    ADD COLUMN symbol VARCHAR(32),
    ADD COLUMN price NUMERIC(18, 4);
UPDATE positions SET symbol = asset_symbol, price = avg_cost;
ALTER TABLE positions ALTER COLUMN symbol SET NOT NULL, ALTER COLUMN price SET NOT NULL;
CREATE UNIQUE INDEX positions_portfolio_symbol ON positions (COALESCE(portfolio_id, 'DEFAULT'), symbol);

-- rev:downgrade sqlite
CREATE TABLE new_positions (
    id INTEGER PRIMARY KEY,
    symbol VARCHAR(32) NOT NULL,
    quantity NUMERIC(18, 4) NOT NULL,
    price NUMERIC(18, 4) NOT NULL,
    tenant_id VARCHAR(32),
    portfolio_id VARCHAR(32),
    asset_symbol VARCHAR(32),
    avg_cost NUMERIC(18, 4)
);
INSERT INTO new_positions (id, symbol, quantity, price, tenant_id, portfolio_id, asset_symbol, avg_cost)
SELECT id, asset_symbol, quantity, avg_cost, tenant_id, portfolio_id, asset_symbol, avg_cost FROM positions;
DROP TABLE positions;
ALTER TABLE new_positions RENAME TO positions;
CREATE UNIQUE INDEX positions_portfolio_symbol ON positions (COALESCE(portfolio_id, 'DEFAULT'), symbol);

-- rev:verify
SELECT id, tenant_id, portfolio_id, asset_symbol, quantity, avg_cost FROM positions LIMIT 0;

-- rev:verify empty
SELECT id, portfolio_id FROM positions WHERE portfolio_id NOT IN (SELECT id FROM portfolios);
