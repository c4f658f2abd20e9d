-- a symbol once in a portfolio
--
-- revision: 4a9d03b7e216
-- revises: 2e7c4d81f95a
-- created: 2026-05-04 08:20:00Z

-- rev:upgrade
ALTER TABLE positions ADD CONSTRAINT positions_symbol UNIQUE (portfolio_id, symbol);

-- rev:downgrade
ALTER TABLE positions DROP CONSTRAINT positions_symbol;
