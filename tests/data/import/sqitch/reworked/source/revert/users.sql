-- Deploy

BEGIN;

ALTER TABLE users DROP COLUMN mail;

COMMIT;
