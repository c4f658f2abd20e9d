-- report on portfolios
--
-- A view on both databases, and on PostgreSQL a function.
--
-- revision: 93a8c4f2507e
-- revises: d06e5b3a9f81
-- created: 2026-03-02 08:05:44Z

-- rev:upgrade postgresql
CREATE VIEW portfolio_summary AS
SELECT portfolios.id AS portfolio_id,
       portfolios.name,
       COUNT(positions.id) AS positions,
       COALESCE(SUM(positions.quantity * positions.avg_cost), 0) AS cost
FROM portfolios
LEFT JOIN positions ON positions.portfolio_id = portfolios.id
GROUP BY portfolios.id, portfolios.name;

CREATE FUNCTION portfolio_cost(portfolio VARCHAR) RETURNS NUMERIC
LANGUAGE sql STABLE AS $$
    SELECT cost FROM portfolio_summary WHERE portfolio_id = portfolio;
$$;

-- rev:upgrade sqlite
CREATE VIEW portfolio_summary AS
SELECT portfolios.id AS portfolio_id,
       portfolios.name,
       COUNT(positions.id) AS positions,
       COALESCE(SUM(positions.quantity * positions.avg_cost), 0) AS cost
FROM portfolios
LEFT JOIN positions ON positions.portfolio_id = portfolios.id
GROUP BY portfolios.id, portfolios.name;

-- rev:downgrade postgresql
DROP FUNCTION portfolio_cost(VARCHAR);
DROP VIEW portfolio_summary;

-- rev:downgrade sqlite
DROP VIEW portfolio_summary;
