-- pair: comes
-- both
CREATE TABLE p (id integer PRIMARY KEY, k integer UNIQUE);
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
-- to
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p;
-- rows
INSERT INTO p VALUES (2, 2), (3, 3);
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: on delete
-- both
CREATE TABLE p (id integer PRIMARY KEY, k integer UNIQUE);
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p;
-- to
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p ON DELETE CASCADE;
-- rows
INSERT INTO p VALUES (2, 2), (3, 3);
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: on update
-- both
CREATE TABLE p (id integer PRIMARY KEY, k integer UNIQUE);
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p ON UPDATE RESTRICT;
-- to
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p ON UPDATE SET NULL;
-- rows
INSERT INTO p VALUES (2, 2), (3, 3);
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: set default
-- both
CREATE TABLE p (id integer PRIMARY KEY, k integer UNIQUE);
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p ON DELETE SET DEFAULT;
-- to
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p ON DELETE NO ACTION;
-- rows
INSERT INTO p VALUES (2, 2), (3, 3);
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: match full
-- both
CREATE TABLE p (id integer PRIMARY KEY, k integer UNIQUE);
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p;
-- to
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p MATCH FULL;
-- rows
INSERT INTO p VALUES (2, 2), (3, 3);
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: deferrable
-- both
CREATE TABLE p (id integer PRIMARY KEY, k integer UNIQUE);
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p;
-- to
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p DEFERRABLE;
-- rows
INSERT INTO p VALUES (2, 2), (3, 3);
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: initially deferred
-- both
CREATE TABLE p (id integer PRIMARY KEY, k integer UNIQUE);
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p DEFERRABLE;
-- to
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p DEFERRABLE INITIALLY DEFERRED;
-- rows
INSERT INTO p VALUES (2, 2), (3, 3);
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: no longer deferrable
-- both
CREATE TABLE p (id integer PRIMARY KEY, k integer UNIQUE);
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p DEFERRABLE INITIALLY DEFERRED;
-- to
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p;
-- rows
INSERT INTO p VALUES (2, 2), (3, 3);
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: not valid
-- both
CREATE TABLE p (id integer PRIMARY KEY, k integer UNIQUE);
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
-- to
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p NOT VALID;
-- rows
INSERT INTO p VALUES (2, 2), (3, 3);
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: validated
-- both
CREATE TABLE p (id integer PRIMARY KEY, k integer UNIQUE);
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p NOT VALID;
-- to
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p;
-- rows
INSERT INTO p VALUES (2, 2), (3, 3);
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: valid to not valid
-- both
CREATE TABLE p (id integer PRIMARY KEY, k integer UNIQUE);
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p;
-- to
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p NOT VALID;
-- rows
INSERT INTO p VALUES (2, 2), (3, 3);
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: other parent column
-- both
CREATE TABLE p (id integer PRIMARY KEY, k integer UNIQUE);
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p;
-- to
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p (k);
-- rows
INSERT INTO p VALUES (2, 2), (3, 3);
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: to itself
-- from
CREATE TABLE t (id integer PRIMARY KEY, up integer);
-- to
CREATE TABLE t (id integer PRIMARY KEY, up integer REFERENCES t);
-- rows
INSERT INTO t VALUES (1, NULL), (2, 1);
-- pair: set null of some columns
-- since: 150000
-- both
CREATE TABLE p (id integer PRIMARY KEY, k integer UNIQUE);
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- from
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p ON DELETE SET NULL;
-- to
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p ON DELETE SET NULL (n);
-- rows
INSERT INTO p VALUES (2, 2), (3, 3);
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: parent replaced
-- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer CONSTRAINT f REFERENCES p);
-- to
CREATE TABLE q (id integer PRIMARY KEY);
CREATE TABLE c (p integer CONSTRAINT f REFERENCES q);
-- rows
INSERT INTO c VALUES (NULL);
-- pair: parent key gets a column
-- from
CREATE TABLE p (a integer PRIMARY KEY, b integer NOT NULL);
CREATE TABLE c (a integer REFERENCES p);
-- to
CREATE TABLE p (a integer, b integer NOT NULL, PRIMARY KEY (a, b), UNIQUE (a));
CREATE TABLE c (a integer REFERENCES p (a));
-- rows
INSERT INTO p VALUES (1, 1);
INSERT INTO c VALUES (1);
-- pair: two columns, both change type
-- from
CREATE TABLE p (a integer, b varchar(5), PRIMARY KEY (a, b));
CREATE TABLE c (a integer, b varchar(5), FOREIGN KEY (a, b) REFERENCES p ON UPDATE CASCADE);
-- to
CREATE TABLE p (a bigint, b text, PRIMARY KEY (a, b));
CREATE TABLE c (a bigint, b text, FOREIGN KEY (a, b) REFERENCES p ON UPDATE CASCADE);
-- rows
INSERT INTO p VALUES (1, 'x');
INSERT INTO c VALUES (1, 'x');
-- pair: name of the constraint
-- from
CREATE TABLE p (id integer PRIMARY KEY, k integer UNIQUE);
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p;
COMMENT ON CONSTRAINT f ON t IS 'f';
-- to
CREATE TABLE p (id integer PRIMARY KEY, k integer UNIQUE);
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
ALTER TABLE t ADD CONSTRAINT g FOREIGN KEY (n) REFERENCES p;
COMMENT ON CONSTRAINT g ON t IS 'f';
-- rows
INSERT INTO p VALUES (2, 2), (3, 3);
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
