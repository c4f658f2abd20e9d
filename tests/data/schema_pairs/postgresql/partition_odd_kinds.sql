-- pair: partition bounds shift along the chain
-- from
CREATE TABLE m (id integer, t text) PARTITION BY RANGE (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (MINVALUE) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);
CREATE TABLE m3 PARTITION OF m FOR VALUES FROM (20) TO (MAXVALUE);
CREATE INDEX m_t ON m (t);
-- to
CREATE TABLE m (id integer, t text) PARTITION BY RANGE (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (MINVALUE) TO (8);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (8) TO (18);
CREATE TABLE m3 PARTITION OF m FOR VALUES FROM (18) TO (MAXVALUE);
CREATE INDEX m_t ON m (t);
-- rows
INSERT INTO m VALUES (1, 'a'), (12, 'b'), (25, 'c');
-- pair: partition key gets a second column
-- from
CREATE TABLE m (id integer, region text) PARTITION BY LIST (region);
CREATE TABLE m_eu PARTITION OF m FOR VALUES IN ('eu', 'uk');
CREATE TABLE m_us PARTITION OF m FOR VALUES IN ('us');
-- to
CREATE TABLE m (id integer, region text) PARTITION BY RANGE (region, id);
CREATE TABLE m_eu PARTITION OF m FOR VALUES FROM ('eu', MINVALUE) TO ('eu', MAXVALUE);
CREATE TABLE m_us PARTITION OF m FOR VALUES FROM ('us', MINVALUE) TO ('us', MAXVALUE);
-- rows
INSERT INTO m VALUES (1, 'eu'), (2, 'us');
-- pair: list values move between partitions with an enum key
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE m (k e, n integer) PARTITION BY LIST (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN ('a', 'b');
CREATE TABLE m2 PARTITION OF m FOR VALUES IN ('c', NULL);
-- to
CREATE TYPE e AS ENUM ('a', 'b', 'c', 'd');
CREATE TABLE m (k e, n integer) PARTITION BY LIST (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN ('a', 'b', NULL);
CREATE TABLE m2 PARTITION OF m FOR VALUES IN ('c', 'd');
-- rows
INSERT INTO m VALUES ('a', 1), ('c', 2);
-- pair: enum label goes that is a partition key
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE m (k e, n integer) PARTITION BY LIST (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN ('a', 'b');
CREATE TABLE m2 PARTITION OF m FOR VALUES IN ('c');
-- to
CREATE TYPE e AS ENUM ('a', 'c');
CREATE TABLE m (k e, n integer) PARTITION BY LIST (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN ('a');
CREATE TABLE m2 PARTITION OF m FOR VALUES IN ('c');
-- rows
INSERT INTO m VALUES ('a', 1), ('c', 2);
-- pair: enum label renamed that is a partition bound
-- rename: enum_label public.e.b = public.e.bb
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE m (k e, n integer) PARTITION BY LIST (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN ('a', 'b');
CREATE INDEX m1_n ON m1 (n) WHERE k = 'b';
-- to
CREATE TYPE e AS ENUM ('a', 'bb', 'c');
CREATE TABLE m (k e, n integer) PARTITION BY LIST (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN ('a', 'bb');
CREATE INDEX m1_n ON m1 (n) WHERE k = 'bb';
-- rows
INSERT INTO m VALUES ('a', 1);
-- pair: foreign key from a partitioned table to a partitioned table changes keys
-- from
CREATE TABLE p (id integer, r integer, PRIMARY KEY (id, r)) PARTITION BY LIST (r); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE c (id integer, r integer, CONSTRAINT cf FOREIGN KEY (id, r) REFERENCES p) PARTITION BY LIST (r); CREATE TABLE c1 PARTITION OF c FOR VALUES IN (1);
-- to
CREATE TABLE p (id integer, r integer, PRIMARY KEY (r, id)) PARTITION BY LIST (r); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE c (id integer, r integer, CONSTRAINT cf FOREIGN KEY (r, id) REFERENCES p ON DELETE CASCADE) PARTITION BY LIST (r); CREATE TABLE c1 PARTITION OF c FOR VALUES IN (1);
-- rows
INSERT INTO p VALUES (1, 1); INSERT INTO c VALUES (1, 1);
-- pair: partition becomes partitioned itself
-- from
CREATE TABLE m (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1);
CREATE INDEX m_b ON m (b);
-- to
CREATE TABLE m (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1) PARTITION BY HASH (b);
CREATE TABLE m1h PARTITION OF m1 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE INDEX m_b ON m (b);
-- rows
INSERT INTO m VALUES (1, 2);
-- pair: sub-partition moves up, its parent goes
-- from
CREATE TABLE m (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1) PARTITION BY RANGE (b);
CREATE TABLE m11 PARTITION OF m1 FOR VALUES FROM (0) TO (10);
-- to
CREATE TABLE m (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE m11 PARTITION OF m FOR VALUES IN (1);
-- rows
INSERT INTO m VALUES (1, 2);
-- pair: not null and default with new enum in one go on partitions
-- from
CREATE TABLE m (id integer, k text) PARTITION BY LIST (k); CREATE TABLE m1 PARTITION OF m FOR VALUES IN ('a'); CREATE TABLE m2 PARTITION OF m DEFAULT;
-- to
CREATE TABLE m (id integer NOT NULL, k text DEFAULT 'a' NOT NULL, at timestamptz DEFAULT now() NOT NULL, PRIMARY KEY (id, k)) PARTITION BY LIST (k); CREATE TABLE m1 PARTITION OF m FOR VALUES IN ('a'); CREATE TABLE m2 PARTITION OF m DEFAULT;
-- rows
INSERT INTO m VALUES (1, 'a'), (2, 'b');
-- pair: publication of a partitioned root with columns and a filter whose column changes type
-- since: 150000
-- from
CREATE TABLE m (id integer PRIMARY KEY, n integer NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE PUBLICATION p FOR TABLE m (id, n) WHERE (id > 3) WITH (publish_via_partition_root = true, publish = 'insert');
-- to
CREATE TABLE m (id bigint PRIMARY KEY, n bigint NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE PUBLICATION p FOR TABLE m (id, n) WHERE (id > 3) WITH (publish_via_partition_root = true, publish = 'insert');
-- rows
INSERT INTO m VALUES (1, 2);
