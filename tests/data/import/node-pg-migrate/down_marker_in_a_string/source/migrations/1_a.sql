-- Up Migration
CREATE TABLE a (x text DEFAULT '
-- Down Migration
');
