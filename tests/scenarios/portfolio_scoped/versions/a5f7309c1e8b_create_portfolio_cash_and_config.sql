-- create portfolio cash and config
--
-- revision: a5f7309c1e8b
-- revises: 83b2e6d4c901
-- created: 2026-05-04 08:50:00Z

-- rev:upgrade
CREATE TABLE portfolio_cash (
    portfolio_id TEXT NOT NULL REFERENCES portfolios (id),
    currency TEXT NOT NULL,
    amount REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (portfolio_id, currency)
);
CREATE TABLE portfolio_config (
    portfolio_id TEXT PRIMARY KEY REFERENCES portfolios (id),
    settings TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings))
);
INSERT INTO portfolio_cash (portfolio_id, currency) SELECT id, 'USD' FROM portfolios;
INSERT INTO portfolio_config (portfolio_id) SELECT id FROM portfolios;

-- rev:downgrade
DROP TABLE portfolio_config;
DROP TABLE portfolio_cash;

-- rev:verify
SELECT portfolio_id, currency, amount FROM portfolio_cash LIMIT 0;
SELECT portfolio_id, settings FROM portfolio_config LIMIT 0;
