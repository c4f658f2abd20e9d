-- pair: not null constraint with a name on a column that is renamed and gets another type
-- since: 180000
-- rename: column public.t.a = public.t.b
-- from
CREATE TABLE t (id integer PRIMARY KEY, a integer CONSTRAINT a_there NOT NULL);
CREATE VIEW v AS SELECT a FROM t;
COMMENT ON CONSTRAINT a_there ON t IS 'why';
-- to
CREATE TABLE t (id integer PRIMARY KEY, b bigint CONSTRAINT b_there NOT NULL);
CREATE VIEW v AS SELECT b FROM t;
COMMENT ON CONSTRAINT b_there ON t IS 'why not';
-- rows
INSERT INTO t VALUES (1, 2), (3, 4);
-- pair: not null not valid comes beside a null and a check
-- since: 180000
-- from
CREATE TABLE t (id integer, a integer, b text);
-- to
CREATE TABLE t (id integer, a integer, b text);
ALTER TABLE t ADD CONSTRAINT b_c CHECK (b <> '') NOT VALID;
ALTER TABLE t ADD CONSTRAINT a_nn NOT NULL a NOT VALID;
-- rows
INSERT INTO t VALUES (1, NULL, ''), (2, 3, NULL);
-- pair: not null not valid is validated, and a valid one is taken back to not valid
-- since: 180000
-- from
CREATE TABLE t (id integer, a integer, b text CONSTRAINT b_nn NOT NULL);
ALTER TABLE t ADD CONSTRAINT a_nn NOT NULL a NOT VALID;
-- to
CREATE TABLE t (id integer, a integer CONSTRAINT a_nn NOT NULL, b text);
ALTER TABLE t ADD CONSTRAINT b_nn NOT NULL b NOT VALID;
-- rows
INSERT INTO t VALUES (1, 2, 'x');
-- pair: primary key over columns whose not null has a name, moves to others
-- since: 180000
-- from
CREATE TABLE t (a integer CONSTRAINT a_nn NOT NULL, b integer, c integer NOT NULL, CONSTRAINT k PRIMARY KEY (a, b));
-- to
CREATE TABLE t (a integer, b integer CONSTRAINT b_nn NOT NULL, c integer CONSTRAINT c_nn NOT NULL, CONSTRAINT k PRIMARY KEY (b, c));
-- rows
INSERT INTO t VALUES (1, 2, 3);
-- pair: not null of a heir and of its parent, one named, one taken over, one without heirs
-- since: 180000
-- from
CREATE TABLE p (a integer NOT NULL, b integer, c integer CONSTRAINT c_nn NOT NULL NO INHERIT);
CREATE TABLE h (b integer CONSTRAINT h_b NOT NULL, d text) INHERITS (p);
-- to
CREATE TABLE p (a integer, b integer CONSTRAINT p_b NOT NULL, c integer CONSTRAINT c_nn NOT NULL);
CREATE TABLE h (a integer CONSTRAINT h_a NOT NULL, d text) INHERITS (p);
-- rows
INSERT INTO p VALUES (1, 2, 3); INSERT INTO h VALUES (4, 5, 6, 'x');
-- pair: not null on a partition alone, with a name, that is attached and detached
-- since: 180000
-- loses: public.m
-- from
CREATE TABLE m (a integer, b integer CONSTRAINT m_b NOT NULL) PARTITION BY LIST (a);
CREATE TABLE m1 PARTITION OF m (a CONSTRAINT m1_a NOT NULL) FOR VALUES IN (1);
CREATE TABLE m2 (a integer, b integer CONSTRAINT m_b NOT NULL);
-- to
CREATE TABLE m (a integer, b integer CONSTRAINT m_b NOT NULL) PARTITION BY LIST (a);
CREATE TABLE m2 PARTITION OF m FOR VALUES IN (2);
CREATE TABLE m1 (a integer CONSTRAINT m1_a NOT NULL, b integer CONSTRAINT m_b NOT NULL);
-- rows
INSERT INTO m VALUES (1, 1); INSERT INTO m2 VALUES (2, 2);
-- pair: virtual column becomes plain, and a plain one virtual
-- since: 180000
-- loses: public.t.c
-- from
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL, c integer);
CREATE VIEW v AS SELECT a, b, c FROM t;
-- to
CREATE TABLE t (a integer, b integer, c integer GENERATED ALWAYS AS (a * 3) VIRTUAL);
CREATE VIEW v AS SELECT a, b, c FROM t;
-- rows
INSERT INTO t (a, c) VALUES (1, 5), (2, 6);
-- pair: virtual column with a check, not null and statistics over a column that is renamed
-- since: 180000
-- rename: column public.t.a = public.t.z
-- from
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a + 1) VIRTUAL NOT NULL, CONSTRAINT k CHECK (b > 0));
COMMENT ON COLUMN t.b IS 'one more';
GRANT SELECT (b) ON t TO rev_reader;
-- to
CREATE TABLE t (z bigint, b bigint GENERATED ALWAYS AS (z + 2) VIRTUAL NOT NULL, CONSTRAINT k CHECK (b > 1));
COMMENT ON COLUMN t.b IS 'two more';
GRANT SELECT (b) ON t TO rev_reader;
-- rows
INSERT INTO t VALUES (1), (2);
-- pair: virtual columns of a partitioned table and of heirs change
-- since: 180000
-- from
CREATE TABLE m (a integer, b integer GENERATED ALWAYS AS (a + 1) VIRTUAL) PARTITION BY LIST (a);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1);
CREATE TABLE p (x integer, y integer GENERATED ALWAYS AS (x + 1) VIRTUAL);
CREATE TABLE h (z text) INHERITS (p);
-- to
CREATE TABLE m (a integer, b integer GENERATED ALWAYS AS (a + 2) VIRTUAL, c text GENERATED ALWAYS AS ('n' || a) VIRTUAL) PARTITION BY LIST (a);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1);
CREATE TABLE p (x integer, y integer GENERATED ALWAYS AS (x * 5) VIRTUAL);
CREATE TABLE h (z text) INHERITS (p);
-- rows
INSERT INTO m (a) VALUES (1); INSERT INTO p (x) VALUES (1); INSERT INTO h (x, z) VALUES (2, 'z');
-- pair: period keys: actions, partitions of time and a column renamed
-- since: 180000
-- rename: column public.room.v = public.room.valid
-- from
CREATE EXTENSION btree_gist;
CREATE TABLE room (id integer, v daterange NOT NULL, n text, PRIMARY KEY (id, v WITHOUT OVERLAPS));
CREATE TABLE book (id integer, v daterange, FOREIGN KEY (id, PERIOD v) REFERENCES room (id, PERIOD v));
-- to
CREATE EXTENSION btree_gist;
CREATE TABLE room (id bigint, valid daterange NOT NULL, n text, CONSTRAINT room_key PRIMARY KEY (id, valid WITHOUT OVERLAPS));
CREATE TABLE book (id bigint, v daterange, CONSTRAINT book_room FOREIGN KEY (id, PERIOD v) REFERENCES room (id, PERIOD valid));
-- rows
INSERT INTO room VALUES (1, '[2020-01-01,2020-02-01)', 'a'); INSERT INTO book VALUES (1, '[2020-01-05,2020-01-06)');
-- pair: checks and foreign keys that are not enforced become so and the other way round, with comments
-- since: 180000
-- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (a integer CONSTRAINT fa REFERENCES p NOT ENFORCED, b integer CONSTRAINT fb REFERENCES p, CONSTRAINT ka CHECK (a > 0) NOT ENFORCED, CONSTRAINT kb CHECK (b > 0));
COMMENT ON CONSTRAINT fa ON c IS 'a'; COMMENT ON CONSTRAINT kb ON c IS 'b';
-- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (a integer CONSTRAINT fa REFERENCES p, b integer CONSTRAINT fb REFERENCES p NOT ENFORCED, CONSTRAINT ka CHECK (a > 0), CONSTRAINT kb CHECK (b > 0) NOT ENFORCED);
COMMENT ON CONSTRAINT fa ON c IS 'a'; COMMENT ON CONSTRAINT kb ON c IS 'b';
-- rows
INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1), (NULL, NULL);
-- pair: not enforced check of parents and heirs
-- since: 180000
-- from
CREATE TABLE p (a integer, CONSTRAINT k CHECK (a > 0) NOT ENFORCED);
CREATE TABLE h (CONSTRAINT k2 CHECK (a < 9) NOT ENFORCED) INHERITS (p);
-- to
CREATE TABLE p (a bigint, CONSTRAINT k CHECK (a > 1) NOT ENFORCED, CONSTRAINT k3 CHECK (a < 100));
CREATE TABLE h (CONSTRAINT k2 CHECK (a < 9)) INHERITS (p);
-- rows
INSERT INTO h VALUES (2);
-- pair: uuid of version seven, casefold and array functions in defaults, indexes and columns
-- since: 180000
-- from
CREATE TABLE t (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, n text, a integer[]);
CREATE INDEX ti ON t (lower(n));
-- to
CREATE TABLE t (id uuid DEFAULT uuidv7() PRIMARY KEY, n text COLLATE pg_unicode_fast, a integer[], f text GENERATED ALWAYS AS (casefold(n COLLATE pg_unicode_fast)) STORED, r integer[] GENERATED ALWAYS AS (array_reverse(a)) VIRTUAL);
CREATE INDEX ti ON t (casefold(n));
-- rows
INSERT INTO t (n, a) VALUES ('Straße', '{1,2}');
-- pair: gin index built in parallel, and a unique index that is partial, with nulls not distinct
-- since: 180000
-- from
CREATE TABLE t (a integer, b integer, j jsonb);
CREATE UNIQUE INDEX tu ON t (a) NULLS NOT DISTINCT WHERE b > 0;
CREATE INDEX tj ON t USING gin (j);
-- to
CREATE TABLE t (a integer, b integer, j jsonb);
CREATE UNIQUE INDEX tu ON t (a, b) INCLUDE (j) NULLS NOT DISTINCT WHERE b > 1;
CREATE INDEX tj ON t USING gin (j jsonb_path_ops) WITH (fastupdate = off);
-- rows
INSERT INTO t VALUES (1, 2, '{}'), (2, NULL, NULL);
-- pair: publication of generated columns
-- since: 180000
-- from
CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (a + 1) STORED);
CREATE PUBLICATION p FOR TABLE t WITH (publish_generated_columns = none);
-- to
CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (a + 2) STORED, c text);
CREATE PUBLICATION p FOR TABLE t (id, a, b) WHERE (a > 0) WITH (publish_generated_columns = stored, publish = 'insert, update');
-- rows
INSERT INTO t VALUES (1, 2);
-- pair: the right to maintain, and default privileges of large objects
-- since: 180000
-- from
CREATE TABLE t (a integer);
GRANT MAINTAIN, SELECT ON t TO rev_reader;
-- to
CREATE TABLE t (a integer);
GRANT SELECT ON t TO rev_reader WITH GRANT OPTION;
GRANT MAINTAIN ON t TO rev_writer;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO rev_reader;
-- rows
INSERT INTO t VALUES (1);
-- pair: view of returning old and new rows in a function, and merge with returning
-- since: 180000
-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer);
CREATE FUNCTION f(i integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC
  UPDATE t SET n = n + i RETURNING n;
END;
-- to
CREATE TABLE t (id integer PRIMARY KEY, n bigint);
CREATE FUNCTION f(i integer) RETURNS bigint LANGUAGE sql BEGIN ATOMIC
  UPDATE t SET n = n + i RETURNING new.n - old.n;
END;
CREATE FUNCTION g(i integer) RETURNS SETOF text LANGUAGE sql BEGIN ATOMIC
  MERGE INTO t USING (VALUES (i)) AS s (x) ON t.id = s.x WHEN NOT MATCHED THEN INSERT VALUES (x, 0) WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING merge_action();
END;
-- rows
INSERT INTO t VALUES (1, 2);
-- pair: json tables and constructors in views over a column that becomes jsonb
-- since: 170000
-- from
CREATE TABLE t (id integer PRIMARY KEY, j text);
CREATE VIEW v AS SELECT id, j FROM t WHERE j IS JSON OBJECT;
-- to
CREATE TABLE t (id integer PRIMARY KEY, j jsonb);
CREATE VIEW v AS SELECT t.id, x.a, JSON_OBJECT('k' : x.b ABSENT ON NULL RETURNING jsonb) AS o FROM t, JSON_TABLE(t.j, '$[*]' COLUMNS (a integer PATH '$.a', b text PATH '$.b' DEFAULT 'none' ON EMPTY)) AS x;
-- rows
INSERT INTO t VALUES (1, '[{"a": 1}]'), (2, '{}');
-- pair: access method and options of a partitioned table's parts
-- since: 170000
-- from
CREATE TABLE m (a integer) PARTITION BY RANGE (a);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10) WITH (fillfactor = 80);
CREATE TABLE m2 PARTITION OF m DEFAULT;
-- to
CREATE TABLE m (a bigint) PARTITION BY RANGE (a) USING heap;
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (20) WITH (fillfactor = 70, autovacuum_enabled = off);
CREATE TABLE m2 PARTITION OF m DEFAULT;
-- rows
INSERT INTO m VALUES (1), (30);
-- pair: statistics targets that nobody set, set and reset
-- since: 170000
-- from
CREATE TABLE t (a integer, b integer, c integer);
ALTER TABLE t ALTER a SET STATISTICS 0;
ALTER TABLE t ALTER b SET STATISTICS 500;
CREATE STATISTICS s (ndistinct) ON a, b FROM t;
ALTER STATISTICS s SET STATISTICS 10;
-- to
CREATE TABLE t (a integer, b integer, c integer);
ALTER TABLE t ALTER c SET STATISTICS 0;
CREATE STATISTICS s (ndistinct, mcv) ON a, b, (a + c) FROM t;
-- rows
INSERT INTO t VALUES (1, 2, 3);
-- pair: event trigger on login and on reindex
-- since: 170000
-- from
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('REINDEX') EXECUTE FUNCTION f();
-- to
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; END $$;
CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('REINDEX', 'CREATE TABLE') EXECUTE FUNCTION f();
CREATE EVENT TRIGGER l ON login EXECUTE FUNCTION f();
ALTER EVENT TRIGGER l ENABLE ALWAYS;
-- pair: exclusion and identity on a partitioned table with generated columns in its parts
-- since: 170000
-- from
CREATE EXTENSION btree_gist;
CREATE TABLE m (id bigint GENERATED ALWAYS AS IDENTITY, room integer, during tsrange, EXCLUDE USING gist (room WITH =, during WITH &&)) PARTITION BY LIST (room);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1);
-- to
CREATE EXTENSION btree_gist;
CREATE TABLE m (id bigint GENERATED BY DEFAULT AS IDENTITY (START 100), room integer, during tsrange, len interval GENERATED ALWAYS AS (upper(during) - lower(during)) STORED, CONSTRAINT one EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (NOT isempty(during))) PARTITION BY LIST (room);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1);
CREATE TABLE m2 PARTITION OF m FOR VALUES IN (2);
CREATE INDEX m_len ON m (len DESC) INCLUDE (id);
-- rows
INSERT INTO m (room, during) VALUES (1, '[2020-01-01,2020-01-02)');
-- pair: not null of parents moves between them and their heirs, with partitions
-- since: 180000
-- from
CREATE TABLE p (a integer NOT NULL, b integer);
CREATE TABLE h (b integer NOT NULL) INHERITS (p);
CREATE TABLE m (x integer, y integer) PARTITION BY LIST (x);
CREATE TABLE m1 PARTITION OF m (y NOT NULL) FOR VALUES IN (1);
CREATE TABLE n (x integer, y integer NOT NULL) PARTITION BY LIST (x);
CREATE TABLE n1 PARTITION OF n FOR VALUES IN (1);
-- to
CREATE TABLE p (a integer, b integer NOT NULL);
CREATE TABLE h (a integer NOT NULL) INHERITS (p);
CREATE TABLE m (x integer, y integer NOT NULL) PARTITION BY LIST (x);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1);
CREATE TABLE n (x integer, y integer) PARTITION BY LIST (x);
CREATE TABLE n1 PARTITION OF n (y CONSTRAINT n1_y NOT NULL) FOR VALUES IN (1);
-- rows
INSERT INTO p VALUES (1, 2); INSERT INTO h VALUES (3, 4); INSERT INTO m VALUES (1, 1); INSERT INTO n VALUES (1, 1);
-- pair: not null of a whole comes above three generations that have their own
-- since: 180000
-- from
CREATE TABLE m (x integer, y integer) PARTITION BY LIST (x);
CREATE TABLE m1 PARTITION OF m (y CONSTRAINT one NOT NULL) FOR VALUES IN (1) PARTITION BY LIST (x);
CREATE TABLE m11 PARTITION OF m1 FOR VALUES IN (1);
CREATE TABLE m2 PARTITION OF m (y CONSTRAINT two NOT NULL, CONSTRAINT k PRIMARY KEY (y)) FOR VALUES IN (2);
-- to
CREATE TABLE m (x integer, y integer NOT NULL) PARTITION BY LIST (x);
CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1) PARTITION BY LIST (x);
CREATE TABLE m11 PARTITION OF m1 FOR VALUES IN (1);
CREATE TABLE m2 PARTITION OF m FOR VALUES IN (2);
-- rows
INSERT INTO m VALUES (1, 1), (2, 2);
