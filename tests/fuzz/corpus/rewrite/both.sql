-- revises:
-- revision: a1
-- rev:upgrade sqlite
CREATE TABLE "Account" (id REFERENCES p);
PRAGMA defer_foreign_keys = ON;
-- rev:upgrade postgresql
COPY a FROM stdin;
1
\.
