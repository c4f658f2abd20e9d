-- daily summaries
--
-- revision: 004_daily_summaries
-- revises: 003_strategy_tags
-- created: 2025-11-11 10:00:00Z

-- rev:upgrade
CREATE OR REPLACE VIEW daily_summaries WITH (security_invoker = true) AS
SELECT user_id,
       date_trunc('day', executed_at AT TIME ZONE 'UTC') AS day,
       strategy,
       count(*) AS fills,
       sum(CASE side WHEN 'BUY' THEN -quantity * price ELSE quantity * price END) AS cash_flow
FROM trades
GROUP BY 1, 2, 3;
GRANT SELECT ON daily_summaries TO PUBLIC;

CREATE OR REPLACE FUNCTION cash_flow(wanted TEXT) RETURNS NUMERIC
LANGUAGE sql STABLE AS $body$
    SELECT COALESCE(sum(cash_flow), 0) FROM daily_summaries WHERE strategy = $1; -- $1; not $body
$body$;

COMMENT ON FUNCTION cash_flow(TEXT) IS E'What a strategy brought in;\nnegative: what it cost';

-- rev:downgrade
DROP FUNCTION cash_flow(TEXT);
DROP VIEW daily_summaries;
