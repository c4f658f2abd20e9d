-- pair: index on a partitioned table, waiting for nobody
-- both
CREATE TABLE m (id integer, b text, c integer) PARTITION BY RANGE (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20) PARTITION BY LIST (c);
CREATE TABLE m2a PARTITION OF m2 FOR VALUES IN (1);
CREATE TABLE m2b PARTITION OF m2 DEFAULT;
-- from
-- to
CREATE INDEX m_b ON m (b) WHERE c > 0;
CREATE UNIQUE INDEX m_u ON m (id, c);
-- rows
INSERT INTO m VALUES (1, 'a', 1), (11, 'b', 1), (12, 'c', 2);
-- pair: index on a partitioned table changes
-- both
CREATE TABLE m (id integer, b text, c integer) PARTITION BY RANGE (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20) PARTITION BY LIST (c);
CREATE TABLE m2a PARTITION OF m2 FOR VALUES IN (1);
-- from
CREATE INDEX m_b ON m (b);
COMMENT ON INDEX m_b IS 'one';
-- to
CREATE INDEX m_b ON m (b, c);
COMMENT ON INDEX m_b IS 'two';
-- rows
INSERT INTO m VALUES (1, 'a', 1), (11, 'b', 1);
-- pair: index on a partitioned table and a new partition
-- from
CREATE TABLE m (id integer, b text, c integer) PARTITION BY RANGE (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE INDEX m_c ON m (c);
-- to
CREATE TABLE m (id integer, b text, c integer) PARTITION BY RANGE (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);
CREATE INDEX m_c ON m (c, b);
CREATE INDEX m_b ON m (b);
-- rows
INSERT INTO m VALUES (1, 'a', 1);
-- pair: primary key and unique on a partitioned table, waiting for nobody
-- both
CREATE TABLE m (id integer, b text, c integer) PARTITION BY RANGE (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
CREATE TABLE m2a PARTITION OF m2 FOR VALUES FROM (10) TO (15);
-- from
-- to
ALTER TABLE m ADD CONSTRAINT m_pkey PRIMARY KEY (id);
ALTER TABLE m ADD CONSTRAINT m_cu UNIQUE (c, id) DEFERRABLE;
-- rows
INSERT INTO m VALUES (1, 'a', 1), (11, 'b', 1);
-- pair: not null and check on a partitioned table, waiting for nobody
-- both
CREATE TABLE m (id integer, b text, c integer) PARTITION BY RANGE (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
CREATE TABLE m2a PARTITION OF m2 FOR VALUES FROM (10) TO (15);
-- from
-- to
ALTER TABLE m ALTER COLUMN b SET NOT NULL;
ALTER TABLE m ADD CONSTRAINT m_c CHECK (c > 0);
-- rows
INSERT INTO m VALUES (1, 'a', 1), (11, 'b', 1);
-- pair: not null and check on a table with heirs, waiting for nobody
-- both
CREATE TABLE m (id integer, b text, c integer);
CREATE TABLE h1 (x integer) INHERITS (m);
CREATE TABLE h2 (c integer) INHERITS (m);
CREATE TABLE h3 (y integer) INHERITS (h1);
-- from
-- to
ALTER TABLE m ALTER COLUMN b SET NOT NULL;
ALTER TABLE m ALTER COLUMN c SET NOT NULL;
ALTER TABLE m ADD CONSTRAINT m_c CHECK (c > 0);
-- rows
INSERT INTO m VALUES (1, 'a', 1); INSERT INTO h1 VALUES (2, 'b', 2, 2); INSERT INTO h2 VALUES (3, 'c', 3); INSERT INTO h3 VALUES (4, 'd', 4, 4, 4);
-- pair: foreign key of a partitioned table, waiting for nobody
-- both
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE m (id integer, b text, p integer) PARTITION BY RANGE (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
CREATE TABLE m2a PARTITION OF m2 FOR VALUES FROM (10) TO (15);
-- from
-- to
ALTER TABLE m ADD CONSTRAINT m_p FOREIGN KEY (p) REFERENCES p ON DELETE CASCADE;
-- rows
INSERT INTO p VALUES (1); INSERT INTO m VALUES (1, 'a', 1), (11, 'b', 1);
-- pair: foreign key to a partitioned table, waiting for nobody
-- both
CREATE TABLE m (id integer PRIMARY KEY, b text) PARTITION BY RANGE (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
CREATE TABLE m2a PARTITION OF m2 FOR VALUES FROM (10) TO (15);
CREATE TABLE c (id integer, m integer);
-- from
-- to
ALTER TABLE c ADD CONSTRAINT c_m FOREIGN KEY (m) REFERENCES m;
-- rows
INSERT INTO m VALUES (1, 'a'), (11, 'b'); INSERT INTO c VALUES (1, 1), (2, 11);
-- pair: foreign key between partitioned tables, waiting for nobody
-- both
CREATE TABLE m (id integer PRIMARY KEY, b text) PARTITION BY RANGE (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);
CREATE TABLE c (id integer, m integer) PARTITION BY LIST (id);
CREATE TABLE c1 PARTITION OF c FOR VALUES IN (1);
CREATE TABLE c2 PARTITION OF c DEFAULT;
-- from
-- to
ALTER TABLE c ADD CONSTRAINT c_m FOREIGN KEY (m) REFERENCES m;
-- rows
INSERT INTO m VALUES (1, 'a'), (11, 'b'); INSERT INTO c VALUES (1, 1), (2, 11);
-- pair: a table with rows becomes a partition, waiting for nobody
-- loses: public.m
-- both
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE m (id integer NOT NULL, b text, p integer REFERENCES p, CONSTRAINT m_b_id UNIQUE (b, id), CONSTRAINT cb CHECK (b <> '')) PARTITION BY RANGE (id);
CREATE INDEX m_b ON m (b);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- from
CREATE TABLE m2 (id integer, b text, p integer);
-- to
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);
-- rows
INSERT INTO p VALUES (1); INSERT INTO m1 VALUES (1, 'a', 1); INSERT INTO m2 VALUES (11, 'b', 1);
-- pair: a table with rows becomes a partition beside a default one, waiting for nobody
-- loses: public.m
-- both
CREATE TABLE m (id integer, b text) PARTITION BY LIST (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1, 2);
CREATE TABLE md PARTITION OF m DEFAULT;
-- from
CREATE TABLE m2 (id integer, b text);
-- to
CREATE TABLE m2 PARTITION OF m FOR VALUES IN (11, NULL);
CREATE TABLE m3 PARTITION OF m FOR VALUES IN (12);
-- rows
INSERT INTO m VALUES (1, 'a'), (20, 'x'); INSERT INTO m2 VALUES (11, 'b'), (NULL, 'c');
-- pair: a partitioned table becomes a partition of another, waiting for nobody
-- loses: public.m
-- both
CREATE TABLE m (id integer, k integer, b text) PARTITION BY LIST (id);
CREATE INDEX m_b ON m (b);
-- from
CREATE TABLE m1 (id integer, k integer, b text) PARTITION BY RANGE (k);
CREATE TABLE m1a PARTITION OF m1 FOR VALUES FROM (0) TO (10);
CREATE TABLE m1d PARTITION OF m1 DEFAULT;
-- to
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1) PARTITION BY RANGE (k);
CREATE TABLE m1a PARTITION OF m1 FOR VALUES FROM (0) TO (10);
CREATE TABLE m1d PARTITION OF m1 DEFAULT;
-- rows
INSERT INTO m1 VALUES (1, 1, 'a'), (1, 20, 'x');
-- pair: hash partition attached, waiting for nobody
-- loses: public.m
-- both
CREATE TABLE m (id integer, b text) PARTITION BY HASH (id);
CREATE TABLE m0 PARTITION OF m FOR VALUES WITH (MODULUS 2, REMAINDER 0);
-- from
CREATE TABLE m1 (id integer, b text);
-- to
CREATE TABLE m1 PARTITION OF m FOR VALUES WITH (MODULUS 2, REMAINDER 1);
-- rows
INSERT INTO m0 VALUES (1, 'a'); INSERT INTO m1 VALUES (3, 'x');
-- pair: a table becomes an heir, waiting for nobody
-- both
CREATE TABLE m (id integer NOT NULL, b text, CONSTRAINT cb CHECK (b <> ''));
-- from
CREATE TABLE h (id integer, b text);
-- to
CREATE TABLE h (id integer NOT NULL, b text, CONSTRAINT cb CHECK (b <> ''));
ALTER TABLE h INHERIT m;
-- rows
INSERT INTO m VALUES (1, 'a'); INSERT INTO h VALUES (3, 'x');
-- pair: a partition leaves, and its table gets an index and a key
-- loses: public.m
-- both
CREATE TABLE m (id integer, b text) PARTITION BY LIST (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1, 2);
-- from
CREATE TABLE m2 PARTITION OF m FOR VALUES IN (11);
-- to
CREATE TABLE m2 (id integer, b text);
CREATE INDEX m_b ON m (b);
ALTER TABLE m ADD CONSTRAINT m_u UNIQUE (id, b);
-- rows
INSERT INTO m VALUES (1, 'a'), (11, 'b');
-- pair: index of a partitioned table goes, waiting for nobody
-- both
CREATE TABLE m (id integer, b text) PARTITION BY LIST (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1, 2);
-- from
CREATE INDEX m_b ON m (b);
CREATE INDEX m1_b2 ON m1 (b);
-- to
CREATE INDEX m1_b3 ON m1 (b, id);
-- rows
INSERT INTO m VALUES (1, 'a');
-- pair: index of one partition becomes one of the whole
-- both
CREATE TABLE m (id integer, b text) PARTITION BY LIST (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1, 2);
CREATE TABLE m2 PARTITION OF m FOR VALUES IN (11);
CREATE INDEX m1_b ON m1 (b);
-- from
-- to
CREATE INDEX m_b ON m (b);
-- rows
INSERT INTO m VALUES (1, 'a'), (11, 'b');
-- pair: index of the partitioned table renamed with its parts' names kept
-- rename: index public.m_b = public.m_bb
-- both
CREATE TABLE m (id integer, b text) PARTITION BY LIST (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1, 2);
-- from
CREATE INDEX m_b ON m (b);
-- to
CREATE INDEX m_bb ON m (b);
ALTER INDEX m1_b_idx RENAME TO m1_bb;
-- rows
INSERT INTO m VALUES (1, 'a');
-- pair: a column with a key comes to a partitioned table
-- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE m (id integer, b text) PARTITION BY LIST (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1, 2);
-- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE m (id integer, b text, p integer REFERENCES p, n integer NOT NULL DEFAULT 3 CHECK (n > 1), u uuid) PARTITION BY LIST (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1, 2);
CREATE INDEX ON m (p);
ALTER TABLE m ADD UNIQUE (u, id);
-- rows
INSERT INTO m VALUES (1, 'a');
-- pair: constraint of a partitioned table goes
-- both
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE m (id integer, b text, p integer) PARTITION BY LIST (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1, 2);
-- from
ALTER TABLE m ADD CONSTRAINT m_u UNIQUE (id, b);
ALTER TABLE m ADD CONSTRAINT m_f FOREIGN KEY (p) REFERENCES p;
ALTER TABLE m ADD CONSTRAINT m_c CHECK (b <> '');
ALTER TABLE m ALTER COLUMN p SET NOT NULL;
-- to
-- rows
INSERT INTO p VALUES (1); INSERT INTO m VALUES (1, 'a', 1);
