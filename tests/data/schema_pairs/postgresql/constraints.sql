-- pair: added and dropped of every kind
-- from
CREATE TABLE p (id integer PRIMARY KEY, a integer, b integer);
CREATE TABLE t (id integer, a integer, b integer, r int4range);
-- to
CREATE TABLE p (id integer PRIMARY KEY, a integer, b integer, UNIQUE (a, b));
CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer, r int4range, CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES p (a, b) ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED, CONSTRAINT ex EXCLUDE USING gist (r WITH &&), CONSTRAINT un UNIQUE (b) DEFERRABLE, CHECK (a < b));
-- rows
INSERT INTO p VALUES (1, 1, 2);
INSERT INTO t VALUES (1, 1, 2, '[1,2)'), (2, NULL, 3, '[3,4)');
-- pair: deferrable, validated, renamed
-- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer, b integer CONSTRAINT old_name CHECK (b > 0), CONSTRAINT fk FOREIGN KEY (a) REFERENCES p);
ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;
ALTER TABLE t ADD CONSTRAINT c2 CHECK (a > -1);
-- to
CREATE TABLE p (id integer CONSTRAINT p_key PRIMARY KEY);
CREATE TABLE t (a integer, b integer CONSTRAINT new_name CHECK (b > 0), CONSTRAINT fk FOREIGN KEY (a) REFERENCES p DEFERRABLE INITIALLY DEFERRED, CONSTRAINT c CHECK (a > 0));
ALTER TABLE t ADD CONSTRAINT c2 CHECK (a > -1) NOT VALID;
-- rows
INSERT INTO p VALUES (1);
INSERT INTO t VALUES (1, 1);
-- pair: primary key on other columns, under foreign keys
-- from
CREATE TABLE p (a integer PRIMARY KEY, b integer NOT NULL UNIQUE);
CREATE TABLE t (p integer REFERENCES p);
COMMENT ON CONSTRAINT t_p_fkey ON t IS 'to p';
-- to
CREATE TABLE p (a integer NOT NULL UNIQUE, b integer PRIMARY KEY);
CREATE TABLE t (p integer REFERENCES p (a));
COMMENT ON CONSTRAINT t_p_fkey ON t IS 'to p';
-- rows
INSERT INTO p VALUES (1, 2);
INSERT INTO t VALUES (1);
-- pair: check with a function that changes its result
-- from
CREATE FUNCTION ok(integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE TABLE t (a integer, CONSTRAINT c CHECK (ok(a) > 0));
-- to
CREATE FUNCTION ok(integer) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT $1::bigint';
CREATE TABLE t (a integer, CONSTRAINT c CHECK (ok(a) > 0));
-- rows
INSERT INTO t VALUES (1);
-- pair: nulls not distinct, include, fillfactor
-- since: 150000
-- from
CREATE TABLE t (a integer, b integer, UNIQUE (a));
-- to
CREATE TABLE t (a integer, b integer, CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b) WITH (fillfactor = 70));
CREATE TABLE p (id integer, t integer, PRIMARY KEY (id) INCLUDE (t));
-- rows
INSERT INTO t VALUES (1, 2);
-- pair: self reference and a circle dropped
-- from
CREATE TABLE a (id integer PRIMARY KEY, b integer, up integer REFERENCES a);
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
CREATE TABLE c (id integer);
-- to
CREATE TABLE c (id integer);
-- rows
INSERT INTO c VALUES (1);
-- pair: domain constraint not valid, set null columns
-- since: 150000
-- from
CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b));
CREATE TABLE t (a integer, b integer, FOREIGN KEY (a, b) REFERENCES p);
-- to
CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b));
CREATE TABLE t (a integer, b integer, FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL (b));
-- rows
INSERT INTO p VALUES (1, 2);
INSERT INTO t VALUES (1, 2);
-- pair: constraint trigger, cluster, replica identity
-- from
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX ta ON t (a);
CREATE UNIQUE INDEX tb ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX ta;
ALTER TABLE t CLUSTER ON ta;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE CONSTRAINT TRIGGER ct AFTER INSERT ON t DEFERRABLE FOR EACH ROW EXECUTE FUNCTION f();
-- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX ta ON t (a);
CREATE UNIQUE INDEX tb ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX tb;
ALTER TABLE t CLUSTER ON tb;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE CONSTRAINT TRIGGER ct AFTER INSERT OR UPDATE ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f();
-- rows
INSERT INTO t VALUES (1, 2);
-- pair: replica identity goes, with its index
-- from
CREATE TABLE t (a integer NOT NULL);
CREATE UNIQUE INDEX ta ON t (a);
ALTER TABLE t REPLICA IDENTITY USING INDEX ta;
CREATE TABLE u (a integer PRIMARY KEY);
ALTER TABLE u REPLICA IDENTITY FULL;
-- to
CREATE TABLE t (a integer NOT NULL);
CREATE TABLE u (a integer PRIMARY KEY);
ALTER TABLE u CLUSTER ON u_pkey;
COMMENT ON INDEX u_pkey IS 'the index';
-- rows
INSERT INTO t VALUES (1);
