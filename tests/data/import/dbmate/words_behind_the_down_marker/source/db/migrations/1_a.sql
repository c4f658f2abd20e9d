-- migrate:up
CREATE TABLE a (id INTEGER);
-- migrate:down and more words
DROP TABLE a;
