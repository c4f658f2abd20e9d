-- Up Migration
CREATE TABLE a (i int);
-- Down Migration
DROP TABLE a;
