-- m
--
-- revision: a1
-- revises:
-- transaction: false
-- sqlite_foreign_keys: true
-- variables: owner, schema
-- statement_lock_timeout: 500ms
-- statement_timeout: 2m
-- lock_retries: 3
-- rev:upgrade postgresql
SELECT :'owner';
-- rev:upgrade sqlite
-- rev:verify
SELECT 1;
-- rev:verify sqlite empty
