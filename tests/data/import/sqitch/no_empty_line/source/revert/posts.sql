-- Deploy

BEGIN;

DROP TABLE posts;

COMMIT;
