CREATE TABLE a (id INTEGER);
-- ${ open
