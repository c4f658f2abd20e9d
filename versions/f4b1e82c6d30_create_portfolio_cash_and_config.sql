-- create portfolio cash and config
--
-- A section may name a dialect, and then wins over the one without: PostgreSQL has JSONB, SQLite checks JSON in text.
-- The downgrade is the same on both, so it is written once.
--
-- revision: f4b1e82c6d30
-- revises: b90f3a5d18c7
-- created: 2026-02-05 10:11:29Z

-- rev:upgrade postgresql
CREATE TABLE portfolio_cash (
    portfolio_id VARCHAR(32) NOT NULL REFERENCES portfolios (id),
    currency CHAR(3) NOT NULL,
    amount NUMERIC(18, 4) NOT NULL DEFAULT 0,
    PRIMARY KEY (portfolio_id, currency)
);
CREATE TABLE portfolio_config (
    portfolio_id VARCHAR(32) PRIMARY KEY REFERENCES portfolios (id),
    settings JSONB NOT NULL DEFAULT '{}'
);
INSERT INTO portfolio_cash (portfolio_id, currency) SELECT id, 'USD' FROM portfolios;
INSERT INTO portfolio_config (portfolio_id, settings) SELECT id, '{"max_position": 0.25}' FROM portfolios;

-- rev:upgrade sqlite
CREATE TABLE portfolio_cash (
    portfolio_id VARCHAR(32) NOT NULL REFERENCES portfolios (id),
    currency CHAR(3) NOT NULL,
    amount NUMERIC(18, 4) NOT NULL DEFAULT 0,
    PRIMARY KEY (portfolio_id, currency)
);
CREATE TABLE portfolio_config (
    portfolio_id VARCHAR(32) PRIMARY KEY REFERENCES portfolios (id),
    settings TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings))
);
INSERT INTO portfolio_cash (portfolio_id, currency) SELECT id, 'USD' FROM portfolios;
INSERT INTO portfolio_config (portfolio_id, settings) SELECT id, '{"max_position": 0.25}' FROM portfolios;

-- rev:downgrade
DROP TABLE portfolio_config;
DROP TABLE portfolio_cash;

-- rev:verify
SELECT portfolio_id, currency, amount FROM portfolio_cash LIMIT 0;
SELECT portfolio_id, settings FROM portfolio_config LIMIT 0;
