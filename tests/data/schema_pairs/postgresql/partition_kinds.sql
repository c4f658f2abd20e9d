-- pair: partition comes
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: default partition comes
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE md PARTITION OF m DEFAULT;
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: partition beside a default one
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE md PARTITION OF m DEFAULT;
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);
CREATE TABLE md PARTITION OF m DEFAULT;
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: partition goes
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: detached
-- loses: public.m
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 (id integer NOT NULL, k integer NOT NULL, v text);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: attached
-- loses: public.m
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 (id integer NOT NULL, k integer NOT NULL, v text);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- rows
INSERT INTO m1 VALUES (1, 1, 'a');
-- pair: bounds wider
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (15);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: split
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (20);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: index comes
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);
CREATE INDEX mi ON m (v);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: index changes
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE INDEX mi ON m (v);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE INDEX mi ON m (v, k);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: primary key comes
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
ALTER TABLE m ADD PRIMARY KEY (id, k);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: unique goes
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
ALTER TABLE m ADD CONSTRAINT mu UNIQUE (k, v);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: column comes
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text, w integer DEFAULT 5 NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: column goes
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: column type
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE INDEX mi ON m (v);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v varchar(20)) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE INDEX mi ON m (v);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: column not null and default
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text NOT NULL DEFAULT 'q') PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: type of the key
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);
-- to
CREATE TABLE m (id integer NOT NULL, k bigint NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: strategy
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY LIST (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1, 2);
CREATE TABLE md PARTITION OF m DEFAULT;
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: key column
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (id);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: hash to more parts
-- from
CREATE TABLE m (id integer, v text) PARTITION BY HASH (id);
CREATE TABLE h0 PARTITION OF m FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE h1 PARTITION OF m FOR VALUES WITH (MODULUS 2, REMAINDER 1);
-- to
CREATE TABLE m (id integer, v text) PARTITION BY HASH (id);
CREATE TABLE h0 PARTITION OF m FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE h1 PARTITION OF m FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE h2 PARTITION OF m FOR VALUES WITH (MODULUS 3, REMAINDER 2);
-- pair: partitioned becomes plain
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: sub-partitions
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20) PARTITION BY LIST (v);
CREATE TABLE m2a PARTITION OF m2 FOR VALUES IN ('a');
CREATE TABLE m2d PARTITION OF m2 DEFAULT;
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: check and foreign key come
-- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
ALTER TABLE m ADD CHECK (k >= 0), ADD FOREIGN KEY (id) REFERENCES p;
-- rows
INSERT INTO p VALUES (1), (2);
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: trigger comes
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER a AFTER INSERT ON m FOR EACH ROW EXECUTE FUNCTION tf();
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: partition renamed
-- rename: table public.m1 = public.m_one
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m_one PARTITION OF m FOR VALUES FROM (0) TO (10);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: whole renamed
-- rename: table public.m = public.mm
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
ALTER TABLE m ADD PRIMARY KEY (id, k);
CREATE INDEX mi ON m (v);
-- to
CREATE TABLE mm (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF mm FOR VALUES FROM (0) TO (10);
ALTER TABLE mm ADD PRIMARY KEY (id, k);
CREATE INDEX mi ON mm (v);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: column renamed
-- rename: column public.m.v = public.m.w
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE INDEX mi ON m (v);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, w text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE INDEX mi ON m (w);
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: expression key and collation
-- from
CREATE TABLE m (id integer, v text) PARTITION BY RANGE (lower(v));
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('a') TO ('n');
-- to
CREATE TABLE m (id integer, v text) PARTITION BY RANGE (lower(v) COLLATE "C");
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('a') TO ('n');
-- rows
INSERT INTO m VALUES (1, 'b');
-- pair: partition's own index, options, grants
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE INDEX own ON m1 (v);
ALTER TABLE m1 SET (fillfactor = 50), ALTER v SET DEFAULT 'own';
GRANT SELECT ON m1 TO rev_reader;
COMMENT ON TABLE m1 IS 'one';
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
-- pair: row security, owner, comment on the whole
-- from
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
-- to
CREATE TABLE m (id integer NOT NULL, k integer NOT NULL, v text) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
ALTER TABLE m ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON m USING (k > 0);
ALTER TABLE m OWNER TO rev_owner;
COMMENT ON TABLE m IS 'm';
COMMENT ON COLUMN m.v IS 'v';
-- rows
INSERT INTO m VALUES (1, 1, 'a'), (2, 2, 'b');
