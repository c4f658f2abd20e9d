-- given
CREATE TABLE node (id int PRIMARY KEY, code int UNIQUE, parent int REFERENCES node (code), above int REFERENCES node);
CREATE TABLE leaf (id int PRIMARY KEY, node int REFERENCES node, note text);
CREATE TABLE loop_ (id int UNIQUE REFERENCES loop_ (id), note text);
CREATE TABLE booking (id int PRIMARY KEY, during int4range, EXCLUDE USING gist (during WITH &&));
INSERT INTO node SELECT g, g, g, g FROM generate_series(1, 1000) AS g;
INSERT INTO leaf SELECT g, g, 'x' FROM generate_series(1, 1000) AS g;
INSERT INTO booking SELECT g, int4range(g, g + 1) FROM generate_series(1, 1000) AS g;

-- case: a column dropped that the table's own foreign key leads to
ALTER TABLE node DROP COLUMN code;
-- case: the same with what needs it
ALTER TABLE node DROP COLUMN code CASCADE;
-- case: a primary key's column dropped that foreign keys lead to without naming it
ALTER TABLE node DROP COLUMN id;
-- case: a column dropped that leads to its own table
ALTER TABLE node DROP COLUMN parent;
-- case: a column dropped that leads to itself
ALTER TABLE loop_ DROP COLUMN id;
-- case: a primary key's column dropped that nothing leads to
ALTER TABLE leaf DROP COLUMN id;
-- case: an exclusion constraint dropped, and its index by hand behind it
ALTER TABLE booking DROP CONSTRAINT booking_during_excl;
DROP INDEX booking_during_excl;
-- case: an index of the name of an exclusion constraint that is gone
ALTER TABLE booking DROP CONSTRAINT booking_during_excl;
CREATE INDEX booking_during_excl ON booking (id);
-- case: the index of an exclusion constraint dropped
DROP INDEX booking_during_excl;
