-- Deploy

BEGIN;

DROP TABLE users;

COMMIT;
