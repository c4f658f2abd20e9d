-- pair: unique comes
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD UNIQUE (n);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: unique named
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD UNIQUE (n);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (n);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: unique columns
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (n);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (n, x);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: unique include
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (n);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (n) INCLUDE (x);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: unique deferrable
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (n);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (n) DEFERRABLE INITIALLY DEFERRED;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: unique nulls not distinct
-- since: 150000
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (x);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (x);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: unique with fillfactor
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (x);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (x) WITH (fillfactor = 50);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: check comes
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CHECK (n > 0);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: check changes
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT c CHECK (n > 1);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: check renamed
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT d CHECK (n > 0);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: check no inherit
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0) NO INHERIT;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: check not valid
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT c CHECK (n > 100) NOT VALID;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: check validated
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0) NOT VALID;
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: exclusion comes
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD EXCLUDE USING btree (n WITH =);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: exclusion changes
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT e EXCLUDE USING btree (n WITH =);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT e EXCLUDE USING btree (n WITH =, x WITH =) WHERE (n > 1);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: exclusion with gist and an expression
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT e EXCLUDE USING gist (int4range(n, n + 1) WITH &&);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
ALTER TABLE t ADD CONSTRAINT e EXCLUDE USING gist (int4range(n, n + 1) WITH &&) DEFERRABLE;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: key to another column
-- from
CREATE TABLE t (id integer, n integer NOT NULL, x text);
-- to
CREATE TABLE t (id integer, n integer NOT NULL, x text);
ALTER TABLE t ADD CHECK (n > 0);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: primary key moves
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
-- to
CREATE TABLE t (id integer NOT NULL, n integer PRIMARY KEY, x text);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: primary key gets a column
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
-- to
CREATE TABLE t (id integer, n integer NOT NULL, x text, PRIMARY KEY (id, n));
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: primary key goes
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
-- to
CREATE TABLE t (id integer, n integer NOT NULL, x text);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: primary key comes
-- from
CREATE TABLE t (id integer, n integer, x text);
-- to
CREATE TABLE t (id integer, n integer, x text, CONSTRAINT my_key PRIMARY KEY (n));
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: primary key to unique
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer NOT NULL UNIQUE, n integer, x text);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: unique constraint to unique index
-- from
CREATE TABLE t (id integer, n integer CONSTRAINT u UNIQUE, x text);
-- to
CREATE TABLE t (id integer, n integer, x text);
CREATE UNIQUE INDEX u ON t (n);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: unique constraint to unique index under a foreign key
-- from
CREATE TABLE t (id integer, n integer CONSTRAINT u UNIQUE, x text);
CREATE TABLE c (n integer REFERENCES t (n));
-- to
CREATE TABLE t (id integer, n integer, x text);
CREATE UNIQUE INDEX u ON t (n);
CREATE TABLE c (n integer REFERENCES t (n));
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
