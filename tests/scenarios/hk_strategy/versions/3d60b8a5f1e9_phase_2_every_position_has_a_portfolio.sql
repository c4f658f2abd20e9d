-- phase 2: every position has a portfolio
--
-- A branch of its own that depends on phase 1, so that plain `rev upgrade head` runs neither by accident: say
-- `rev upgrade expand@head`, and when no old application is left, `rev upgrade contract@head`.
--
-- revision: 3d60b8a5f1e9
-- revises: 15c0d3e7a2b4
-- depends_on: expand
-- branch_labels: contract
-- created: 2026-06-03 01:00:00Z

-- rev:upgrade

-- The graph brings phase 1 first; this is for a database whose version table was set by hand.
DO $$
BEGIN
    IF to_regclass('portfolios') IS NULL THEN
        RAISE EXCEPTION 'phase 1 has never run on this database; there is no table "portfolios"'
            USING HINT = 'run: rev stamp 15c0d3e7a2b4 && rev upgrade expand@head';
    END IF;
END
$$;

UPDATE portfolio_positions SET portfolio_id = 'DEFAULT' WHERE portfolio_id IS NULL;
ALTER TABLE portfolio_positions
    ALTER COLUMN portfolio_id SET NOT NULL,
    ADD CONSTRAINT portfolio_positions_portfolio FOREIGN KEY (portfolio_id) REFERENCES portfolios (portfolio_id);

CREATE VIEW portfolio_summary AS
SELECT portfolios.portfolio_id,
       portfolios.name,
       COUNT(portfolio_positions.id) AS positions,
       COALESCE(SUM(quantity * avg_cost), 0) AS cost
FROM portfolios
LEFT JOIN portfolio_positions USING (portfolio_id)
GROUP BY portfolios.portfolio_id, portfolios.name;

CREATE FUNCTION portfolio_report(wanted VARCHAR)
RETURNS TABLE (symbol VARCHAR, quantity NUMERIC, share NUMERIC)
LANGUAGE plpgsql STABLE AS $report$
BEGIN
    RETURN QUERY
    SELECT p.symbol, p.quantity, round(p.quantity * p.avg_cost / NULLIF(s.cost, 0), 4)
    FROM portfolio_positions AS p
    JOIN portfolio_summary AS s ON s.portfolio_id = p.portfolio_id
    WHERE p.portfolio_id = wanted
    ORDER BY p.symbol;
END;
$report$;

-- rev:downgrade
DROP FUNCTION portfolio_report(VARCHAR);
DROP VIEW portfolio_summary;
ALTER TABLE portfolio_positions
    DROP CONSTRAINT portfolio_positions_portfolio,
    ALTER COLUMN portfolio_id DROP NOT NULL;

-- rev:verify
SELECT portfolio_id, name, positions, cost FROM portfolio_summary LIMIT 0;
SELECT symbol, quantity, share FROM portfolio_report('DEFAULT') LIMIT 0;

-- rev:verify empty
SELECT portfolio_id FROM portfolio_positions WHERE portfolio_id = '';
