-- scope events to portfolios
--
-- This branch needs a table of the other one. `depends_on` says so without joining the branches: an upgrade of `audit`
-- alone brings the start of `expand` along, and a downgrade of it takes this revision back first. A label may stand
-- there, as here, or a revision's full id.
--
-- revision: c3f7084be196
-- revises: 5d2a9c70e1f8
-- depends_on: expand
-- created: 2026-02-06 16:48:12Z

-- rev:upgrade

-- Nullable, and not filled: what was recorded before there were portfolios stays as it was recorded.
ALTER TABLE events ADD COLUMN tenant_id VARCHAR(32);
ALTER TABLE events ADD COLUMN portfolio_id VARCHAR(32) REFERENCES portfolios (id);
CREATE INDEX events_portfolio_id ON events (portfolio_id) WHERE portfolio_id IS NOT NULL;

-- rev:downgrade
DROP INDEX events_portfolio_id;
ALTER TABLE events DROP COLUMN portfolio_id;
ALTER TABLE events DROP COLUMN tenant_id;
