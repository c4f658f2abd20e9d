-- strategy tags
--
-- revision: 003_strategy_tags
-- revises: 002_row_level_security
-- created: 2025-10-02 10:00:00Z

-- rev:upgrade
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = 'trades' AND column_name = 'strategy'
    ) THEN
        ALTER TABLE trades ADD COLUMN strategy TEXT;
        RAISE NOTICE 'trades.strategy added; it''s empty';
    END IF;
END
$$;

-- The tag was kept in the JSON until now; rows without one are "manual".
UPDATE trades SET strategy = COALESCE(raw ->> 'strategy', 'manual') WHERE strategy IS NULL;

CREATE INDEX IF NOT EXISTS idx_trades_strategy ON trades (strategy) WHERE strategy <> 'manual';

-- rev:downgrade
DROP INDEX idx_trades_strategy;
ALTER TABLE trades DROP COLUMN strategy;
