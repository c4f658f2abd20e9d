-- pair: fillfactor
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
ALTER TABLE t SET (fillfactor = 70);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: autovacuum options and toast options
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
ALTER TABLE t SET (autovacuum_enabled = false, autovacuum_vacuum_scale_factor = 0.2, toast.autovacuum_enabled = false);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: parallel workers
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
ALTER TABLE t SET (parallel_workers = 3);
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: unlogged
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
ALTER TABLE t SET UNLOGGED;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: row security
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: row security forced
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: replica identity full
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
ALTER TABLE t REPLICA IDENTITY FULL;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: replica identity nothing
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
ALTER TABLE t REPLICA IDENTITY NOTHING;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: cluster on its key
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
ALTER TABLE t CLUSTER ON t_pkey;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: owner
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
ALTER TABLE t OWNER TO rev_owner;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: comment
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
COMMENT ON TABLE t IS 'a table';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: comment with quotes and lines
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
COMMENT ON TABLE t IS E'it''s \\ a
"table" $$ %s -- no comment; /* none */';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: comment on its key
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
COMMENT ON CONSTRAINT t_pkey ON t IS 'key';
COMMENT ON INDEX t_pkey IS 'index of the key';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: grants
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
GRANT SELECT, INSERT ON t TO rev_reader;
GRANT UPDATE (n, x) ON t TO rev_writer;
GRANT ALL ON t TO PUBLIC;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: grant option
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
GRANT SELECT ON t TO rev_reader WITH GRANT OPTION;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: owner's own rights revoked
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
REVOKE INSERT, DELETE ON t FROM postgres;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: every right of the owner revoked
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
REVOKE ALL ON t FROM postgres;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: tablespace stays the default
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
ALTER TABLE t SET TABLESPACE pg_default;
COMMENT ON COLUMN t.n IS 'n';
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: options reset
-- from
CREATE TABLE t (a text) WITH (fillfactor = 50, toast_tuple_target = 200, autovacuum_analyze_threshold = 10);
-- to
CREATE TABLE t (a text) WITH (fillfactor = 60);
-- rows
INSERT INTO t VALUES ('q');
-- pair: cluster moves to another index
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
CREATE INDEX i ON t (n);
ALTER TABLE t CLUSTER ON i;
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
CREATE INDEX i ON t (n);
CREATE INDEX j ON t (x);
ALTER TABLE t CLUSTER ON j;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: replica identity by an index that changes
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, x text);
CREATE UNIQUE INDEX i ON t (n);
ALTER TABLE t REPLICA IDENTITY USING INDEX i;
-- to
CREATE TABLE t (id integer PRIMARY KEY, n bigint NOT NULL, x text);
CREATE UNIQUE INDEX i ON t (n, id);
ALTER TABLE t REPLICA IDENTITY USING INDEX i;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: grants change hands
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
GRANT SELECT ON t TO rev_reader;
GRANT SELECT (n) ON t TO rev_writer;
-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer, x text);
GRANT UPDATE ON t TO rev_reader;
GRANT SELECT (x) ON t TO rev_writer WITH GRANT OPTION;
-- rows
INSERT INTO t VALUES (1, 2, 'a'), (2, 3, 'b');
-- pair: table without columns
-- from
CREATE TABLE t ();
-- to
CREATE TABLE t (a integer);
CREATE TABLE u ();
-- pair: last column replaced
-- from
CREATE TABLE t (a integer);
-- to
CREATE TABLE t (b integer);
-- rows
INSERT INTO t VALUES (1);
-- pair: made in another order
-- from
CREATE TABLE t (a integer, b text, c date);
-- to
CREATE TABLE t (c date, b text, a integer, d integer);
-- rows
INSERT INTO t VALUES (1, 'b', '2020-01-01');
-- pair: many columns at once
-- from
CREATE TABLE t (c0 integer, c1 integer, c2 integer, c3 integer, c4 integer, c5 integer, c6 integer, c7 integer, c8 integer, c9 integer, c10 integer, c11 integer, c12 integer, c13 integer, c14 integer, c15 integer, c16 integer, c17 integer, c18 integer, c19 integer, c20 integer, c21 integer, c22 integer, c23 integer, c24 integer, c25 integer, c26 integer, c27 integer, c28 integer, c29 integer, c30 integer, c31 integer, c32 integer, c33 integer, c34 integer, c35 integer, c36 integer, c37 integer, c38 integer, c39 integer, c40 integer, c41 integer, c42 integer, c43 integer, c44 integer, c45 integer, c46 integer, c47 integer, c48 integer, c49 integer, c50 integer, c51 integer, c52 integer, c53 integer, c54 integer, c55 integer, c56 integer, c57 integer, c58 integer, c59 integer);
-- to
CREATE TABLE t (c10 bigint NOT NULL DEFAULT 10, c11 bigint NOT NULL DEFAULT 11, c12 bigint NOT NULL DEFAULT 12, c13 bigint NOT NULL DEFAULT 13, c14 bigint NOT NULL DEFAULT 14, c15 bigint NOT NULL DEFAULT 15, c16 bigint NOT NULL DEFAULT 16, c17 bigint NOT NULL DEFAULT 17, c18 bigint NOT NULL DEFAULT 18, c19 bigint NOT NULL DEFAULT 19, c20 bigint NOT NULL DEFAULT 20, c21 bigint NOT NULL DEFAULT 21, c22 bigint NOT NULL DEFAULT 22, c23 bigint NOT NULL DEFAULT 23, c24 bigint NOT NULL DEFAULT 24, c25 bigint NOT NULL DEFAULT 25, c26 bigint NOT NULL DEFAULT 26, c27 bigint NOT NULL DEFAULT 27, c28 bigint NOT NULL DEFAULT 28, c29 bigint NOT NULL DEFAULT 29, c30 bigint NOT NULL DEFAULT 30, c31 bigint NOT NULL DEFAULT 31, c32 bigint NOT NULL DEFAULT 32, c33 bigint NOT NULL DEFAULT 33, c34 bigint NOT NULL DEFAULT 34, c35 bigint NOT NULL DEFAULT 35, c36 bigint NOT NULL DEFAULT 36, c37 bigint NOT NULL DEFAULT 37, c38 bigint NOT NULL DEFAULT 38, c39 bigint NOT NULL DEFAULT 39, c40 bigint NOT NULL DEFAULT 40, c41 bigint NOT NULL DEFAULT 41, c42 bigint NOT NULL DEFAULT 42, c43 bigint NOT NULL DEFAULT 43, c44 bigint NOT NULL DEFAULT 44, c45 bigint NOT NULL DEFAULT 45, c46 bigint NOT NULL DEFAULT 46, c47 bigint NOT NULL DEFAULT 47, c48 bigint NOT NULL DEFAULT 48, c49 bigint NOT NULL DEFAULT 49, c50 bigint NOT NULL DEFAULT 50, c51 bigint NOT NULL DEFAULT 51, c52 bigint NOT NULL DEFAULT 52, c53 bigint NOT NULL DEFAULT 53, c54 bigint NOT NULL DEFAULT 54, c55 bigint NOT NULL DEFAULT 55, c56 bigint NOT NULL DEFAULT 56, c57 bigint NOT NULL DEFAULT 57, c58 bigint NOT NULL DEFAULT 58, c59 bigint NOT NULL DEFAULT 59, c60 bigint NOT NULL DEFAULT 60, c61 bigint NOT NULL DEFAULT 61, c62 bigint NOT NULL DEFAULT 62, c63 bigint NOT NULL DEFAULT 63, c64 bigint NOT NULL DEFAULT 64, c65 bigint NOT NULL DEFAULT 65, c66 bigint NOT NULL DEFAULT 66, c67 bigint NOT NULL DEFAULT 67, c68 bigint NOT NULL DEFAULT 68, c69 bigint NOT NULL DEFAULT 69, c70 bigint NOT NULL DEFAULT 70, c71 bigint NOT NULL DEFAULT 71, c72 bigint NOT NULL DEFAULT 72, c73 bigint NOT NULL DEFAULT 73, c74 bigint NOT NULL DEFAULT 74, c75 bigint NOT NULL DEFAULT 75, c76 bigint NOT NULL DEFAULT 76, c77 bigint NOT NULL DEFAULT 77, c78 bigint NOT NULL DEFAULT 78, c79 bigint NOT NULL DEFAULT 79);
-- rows
INSERT INTO t VALUES (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59);
