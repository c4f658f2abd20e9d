-- given
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION number() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
CREATE FUNCTION lowered(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN lower($1); END';
CREATE TABLE item (id int PRIMARY KEY, name varchar(10), price int, gross int GENERATED ALWAYS AS (price * 2) STORED,
  made_at timestamptz DEFAULT now(), rank int DEFAULT number(), owner varchar(20), key uuid UNIQUE);
CREATE TRIGGER noting BEFORE UPDATE OF name ON item FOR EACH ROW EXECUTE FUNCTION noted();
CREATE POLICY own ON item USING (owner = current_user);
CREATE VIEW cheap AS SELECT id, price FROM item;
CREATE TABLE event (id int, day date NOT NULL, note text) PARTITION BY RANGE (day);
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO item (id, name, price) SELECT g, 'n', g FROM generate_series(1, 1000) AS g;
INSERT INTO event SELECT g, '2024-03-01', 'x' FROM generate_series(1, 1000) AS g;

-- case: the type of a column that a trigger names
ALTER TABLE item ALTER COLUMN name TYPE varchar(20);
-- case: the type of a column that a policy names
ALTER TABLE item ALTER COLUMN owner TYPE varchar(40);
-- case: the type of a column that another is computed from
ALTER TABLE item ALTER COLUMN price TYPE bigint;
-- case: a column dropped that a trigger names
ALTER TABLE item DROP COLUMN name;
-- case: a trigger dropped, then the column that it named changed
DROP TRIGGER noting ON item;
ALTER TABLE item ALTER COLUMN name TYPE varchar(20);
-- case: a function dropped that a trigger calls
DROP FUNCTION noted();
-- case: a function dropped that a default calls
DROP FUNCTION number();
-- case: a view replaced by one with another column
CREATE OR REPLACE VIEW cheap AS SELECT id, price, rank FROM item;
-- case: a view replaced by one that lacks a column
CREATE OR REPLACE VIEW cheap AS SELECT id FROM item;
-- case: a view replaced by one with a renamed column
CREATE OR REPLACE VIEW cheap AS SELECT id, price AS cost FROM item;
-- case (no transaction): an index on a day in the session's time zone
CREATE INDEX CONCURRENTLY item_day ON item ((made_at::date));
-- case (no transaction): an index on a day in UTC
CREATE INDEX CONCURRENTLY item_day ON item (((made_at AT TIME ZONE 'UTC')::date));
-- case (no transaction): an index on what is newer than now
CREATE INDEX CONCURRENTLY item_new ON item (id) WHERE made_at > now();
-- case (no transaction): an index on an immutable function
CREATE INDEX CONCURRENTLY item_lowered ON item (lowered(name));
-- case (no transaction): an index on a volatile function
CREATE INDEX CONCURRENTLY item_number ON item ((number() + id));
-- case: a generated column of the current time
ALTER TABLE item ADD COLUMN seen timestamptz GENERATED ALWAYS AS (now()) STORED;
-- case: a unique index without the partition key
CREATE UNIQUE INDEX event_id ON ONLY event (id);
-- case: a primary key with the partition key on an empty partitioned table
CREATE TABLE fresh (id int, day date NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
-- case: a foreign key between types that cannot be compared
ALTER TABLE event_2024 ADD CONSTRAINT wrong FOREIGN KEY (note) REFERENCES item (key) NOT VALID;
-- case: a foreign key between kinds of integer
CREATE TABLE fresh (id int PRIMARY KEY, item_id bigint REFERENCES item (id));
-- case: a column that is new and NOT NULL without a value
ALTER TABLE item ADD COLUMN stock int;
ALTER TABLE item ALTER COLUMN stock SET NOT NULL;
-- case: an old column with a check by a new constraint that is never validated
ALTER TABLE item ADD CONSTRAINT named CHECK (name IS NOT NULL) NOT VALID;
ALTER TABLE item ALTER COLUMN name SET NOT NULL;
-- case: a table of this plan with all that takes long on others
CREATE TABLE fresh (id int, name text);
INSERT INTO fresh SELECT id, name FROM item;
CREATE INDEX fresh_name ON fresh (name);
ALTER TABLE fresh ADD PRIMARY KEY (id);
ALTER TABLE fresh ADD COLUMN key uuid DEFAULT gen_random_uuid();
ALTER TABLE fresh ALTER COLUMN name SET NOT NULL;
ALTER TABLE fresh ADD CHECK (id > 0);
UPDATE fresh SET name = 'x';
