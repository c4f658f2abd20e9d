-- pair: tables come and go
-- from
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE a;
-- to
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE b;
-- pair: row filter
-- since: 150000
-- from
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE a;
-- to
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE a WHERE (n > 0);
-- pair: columns
-- since: 150000
-- from
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE a;
-- to
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE a (id);
-- pair: schema
-- since: 150000
-- from
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE a;
-- to
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLES IN SCHEMA s;
-- pair: all tables
-- from
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE a;
-- to
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR ALL TABLES;
-- pair: operations
-- from
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE a;
-- to
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE a WITH (publish = 'insert, delete');
-- pair: empty
-- from
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p ;
-- to
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE a, b;
-- pair: table renamed under it
-- rename: table public.a = public.aa
-- from
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE a;
-- to
CREATE TABLE aa (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE aa;
-- pair: owner and comment
-- from
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE a;
-- to
CREATE TABLE a (id integer PRIMARY KEY, n integer);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE SCHEMA s;
CREATE PUBLICATION p FOR TABLE a;
COMMENT ON PUBLICATION p IS 'p';
