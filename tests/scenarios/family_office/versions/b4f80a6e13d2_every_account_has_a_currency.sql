-- every account has a currency
--
-- SQLite cannot add NOT NULL to a column: the table is built anew, and what refers to it is checked before the commit.
--
-- revision: b4f80a6e13d2
-- revises: 9c1d5e20b7f4
-- sqlite_foreign_keys: false
-- created: 2026-03-01 00:00:00Z

-- rev:upgrade postgresql
UPDATE accounts SET currency = 'USD' WHERE currency IS NULL;
ALTER TABLE accounts
    ALTER COLUMN currency SET NOT NULL,
    ADD CONSTRAINT ck_accounts_currency CHECK (length(currency) = 3);

-- rev:upgrade sqlite
CREATE TABLE accounts_new (
    id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))),
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name VARCHAR(100) NOT NULL,
    currency VARCHAR(3) NOT NULL CONSTRAINT ck_accounts_currency CHECK (length(currency) = 3),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%S+00:00', 'now'))
);
INSERT INTO accounts_new (id, user_id, name, currency, created_at)
SELECT id, user_id, name, COALESCE(currency, 'USD'), created_at FROM accounts;
DROP TABLE accounts;
ALTER TABLE accounts_new RENAME TO accounts;
CREATE INDEX ix_accounts_user_id ON accounts (user_id);

-- rev:downgrade postgresql
ALTER TABLE accounts
    DROP CONSTRAINT ck_accounts_currency,
    ALTER COLUMN currency DROP NOT NULL;

-- rev:downgrade sqlite
CREATE TABLE accounts_new (
    id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))),
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name VARCHAR(100) NOT NULL,
    currency VARCHAR(3),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%S+00:00', 'now'))
);
INSERT INTO accounts_new (id, user_id, name, currency, created_at)
SELECT id, user_id, name, currency, created_at FROM accounts;
DROP TABLE accounts;
ALTER TABLE accounts_new RENAME TO accounts;
CREATE INDEX ix_accounts_user_id ON accounts (user_id);

-- rev:verify empty
SELECT id FROM accounts WHERE currency IS NULL;
