-- Up Migration
CREATE TABLE b (id integer);
