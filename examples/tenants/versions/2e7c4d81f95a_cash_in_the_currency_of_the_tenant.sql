-- cash in the currency of the tenant
--
-- The currency is a column of the query that lists the tenants, see alembic.yaml.
--
-- revision: 2e7c4d81f95a
-- revises: 0b1f6a2c9d40
-- created: 2026-05-04 08:10:00Z
-- variables: currency

-- rev:upgrade
CREATE TABLE portfolio_cash (
    portfolio_id INTEGER PRIMARY KEY REFERENCES portfolios (id),
    currency TEXT NOT NULL,
    amount NUMERIC(20, 2) NOT NULL DEFAULT 0
);
INSERT INTO portfolio_cash (portfolio_id, currency) SELECT id, :'currency' FROM portfolios;

-- rev:downgrade
DROP TABLE portfolio_cash;

-- rev:verify empty
SELECT id FROM portfolios WHERE id NOT IN (SELECT portfolio_id FROM portfolio_cash);
