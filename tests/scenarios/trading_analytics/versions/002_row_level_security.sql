-- row level security
--
-- revision: 002_row_level_security
-- revises: 001_initial_schema
-- created: 2025-09-08 10:00:00Z

-- rev:upgrade
ALTER TABLE trades ENABLE ROW LEVEL SECURITY;

CREATE POLICY trades_select ON trades FOR SELECT USING (user_id = current_user);
CREATE POLICY trades_insert ON trades FOR INSERT WITH CHECK (user_id = current_user);

GRANT SELECT, INSERT ON trades TO PUBLIC;

-- rev:downgrade
REVOKE SELECT, INSERT ON trades FROM PUBLIC;
DROP POLICY trades_insert ON trades;
DROP POLICY trades_select ON trades;
ALTER TABLE trades DISABLE ROW LEVEL SECURITY;
