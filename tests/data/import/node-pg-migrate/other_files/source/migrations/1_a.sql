-- Up Migration
CREATE TABLE a (id integer);
