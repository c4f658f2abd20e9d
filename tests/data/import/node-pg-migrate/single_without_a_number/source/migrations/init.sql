-- Up Migration
CREATE TABLE a (i int);
