-- add account table
--
-- A longer explanation.
--
-- revision: 1975ea83b712
-- revises: ae1027a6acf4, be1027a6acf4
-- depends_on: core
-- branch_labels: accounts, team/x-1
-- created: 2026-11-21 03:47:11Z

-- rev:upgrade
CREATE TABLE account (id INTEGER);

-- rev:downgrade
DROP TABLE account;
