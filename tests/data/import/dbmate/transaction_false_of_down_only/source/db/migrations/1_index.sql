-- migrate:up
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);

-- migrate:down transaction:false
DROP INDEX CONCURRENTLY i;
