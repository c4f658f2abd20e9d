-- pair: function attributes that few use
-- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION w() RETURNS integer LANGUAGE internal WINDOW AS 'window_row_number';
-- to
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql SUPPORT generate_series_int4_support AS 'SELECT a';
CREATE FUNCTION w() RETURNS bigint LANGUAGE internal WINDOW IMMUTABLE AS 'window_row_number';
-- pair: merge and json in bodies and views
-- since: 170000
-- from
CREATE TABLE t (id integer PRIMARY KEY, j jsonb);
CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC DELETE FROM t; END;
CREATE VIEW v AS SELECT id FROM t;
-- to
CREATE TABLE t (id bigint PRIMARY KEY, j jsonb);
CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC MERGE INTO t USING (SELECT 1 AS id) s ON s.id = t.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id); END;
CREATE VIEW v AS SELECT id, q.n FROM t, JSON_TABLE(j, '$[*]' COLUMNS (n integer PATH '$.n')) q;
-- rows
INSERT INTO t VALUES (1, '[]');
-- pair: two schemas with the same names
-- from
CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TYPE a.e AS ENUM ('x');
CREATE TYPE b.e AS ENUM ('x');
CREATE TABLE a.t (id serial PRIMARY KEY, e a.e);
CREATE TABLE b.t (id serial PRIMARY KEY, e b.e, t integer REFERENCES a.t);
CREATE FUNCTION a.f(a.e) RETURNS b.e LANGUAGE sql AS 'SELECT NULL::b.e';
-- to
CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TYPE a.e AS ENUM ('x', 'y');
CREATE TYPE b.e AS ENUM ('y', 'x');
CREATE TABLE a.t (id bigserial PRIMARY KEY, e b.e);
CREATE TABLE b.t (id serial PRIMARY KEY, e a.e, t bigint REFERENCES a.t);
CREATE FUNCTION a.f(a.e) RETURNS a.e LANGUAGE sql AS 'SELECT NULL::a.e';
-- rows
INSERT INTO a.t (e) VALUES ('x');
INSERT INTO b.t (e, t) VALUES ('x', 1);
-- pair: names of the greatest length
-- from
CREATE TABLE a_table_with_a_name_that_is_as_long_as_a_name_can_be_in_postgres (a_column_with_a_name_that_is_as_long_as_a_name_can_be_in_postgre serial PRIMARY KEY, x integer CHECK (x > 0));
CREATE INDEX ON a_table_with_a_name_that_is_as_long_as_a_name_can_be_in_postgres (x);
-- to
CREATE TABLE a_table_with_a_name_that_is_as_long_as_a_name_can_be_in_postgres (a_column_with_a_name_that_is_as_long_as_a_name_can_be_in_postgre integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, x bigint NOT NULL CHECK (x > 0));
CREATE INDEX ON a_table_with_a_name_that_is_as_long_as_a_name_can_be_in_postgres (x DESC);
-- rows
INSERT INTO a_table_with_a_name_that_is_as_long_as_a_name_can_be_in_postgres (x) VALUES (1);
-- pair: audit trigger on every table, functions with security definer
-- from
CREATE SCHEMA audit;
CREATE TABLE audit.log (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), what jsonb);
CREATE FUNCTION audit.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = audit, pg_temp AS $$BEGIN INSERT INTO log (what) VALUES (to_jsonb(NEW)); RETURN NEW; END$$;
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TRIGGER note AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION audit.note();
-- to
CREATE SCHEMA audit;
CREATE TABLE audit.log (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), what jsonb, who text DEFAULT CURRENT_USER) PARTITION BY RANGE (id);
CREATE TABLE audit.log_1 PARTITION OF audit.log DEFAULT;
CREATE FUNCTION audit.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = audit, pg_temp AS $$BEGIN INSERT INTO log (what) VALUES (jsonb_build_object('new', NEW, 'op', TG_OP)); RETURN NULL; END$$;
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE TRIGGER note AFTER INSERT OR UPDATE ON a FOR EACH ROW EXECUTE FUNCTION audit.note();
CREATE TRIGGER note AFTER INSERT ON b FOR EACH ROW EXECUTE FUNCTION audit.note();
-- rows
INSERT INTO audit.log (what) VALUES ('{}'), ('[]');
INSERT INTO a VALUES (1);
-- pair: many to many through a key of two, renamed columns and a new surrogate key
-- rename: column public.member.usr = public.member.account
-- from
CREATE TABLE account (id integer PRIMARY KEY);
CREATE TABLE team (id integer PRIMARY KEY);
CREATE TABLE member (usr integer REFERENCES account ON DELETE CASCADE, team integer REFERENCES team, role text, PRIMARY KEY (usr, team));
CREATE INDEX member_role ON member (role, usr);
-- to
CREATE TABLE account (id integer PRIMARY KEY);
CREATE TABLE team (id integer PRIMARY KEY);
CREATE TABLE member (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account integer NOT NULL REFERENCES account ON DELETE CASCADE, team integer NOT NULL REFERENCES team, role text, UNIQUE (account, team));
CREATE INDEX member_role ON member (role, account);
-- rows
INSERT INTO account VALUES (1);
INSERT INTO team VALUES (1);
INSERT INTO member VALUES (1, 1, 'x');
-- pair: table split in two with a view of the old name
-- loses: public.person
-- from
CREATE TABLE person (id integer PRIMARY KEY, nm text, street text);
-- to
CREATE TABLE person_base (id integer PRIMARY KEY, nm text);
CREATE TABLE person_place (id integer PRIMARY KEY REFERENCES person_base, street text);
CREATE VIEW person AS SELECT b.id, b.nm, p.street FROM person_base b LEFT JOIN person_place p USING (id);
-- pair: generated tsvector with weights and its index
-- from
CREATE TABLE doc (id integer PRIMARY KEY, title text, body text, find tsvector GENERATED ALWAYS AS (to_tsvector('english', title)) STORED);
CREATE INDEX doc_find ON doc USING gin (find);
-- to
CREATE TABLE doc (id integer PRIMARY KEY, title varchar(200), body text NOT NULL DEFAULT '', find tsvector GENERATED ALWAYS AS (setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B')) STORED);
CREATE INDEX doc_find ON doc USING gin (find);
-- rows
INSERT INTO doc VALUES (1, 'a title', 'body');
-- pair: multi-tenant policies by a function that changes
-- from
CREATE FUNCTION tenant() RETURNS integer STABLE LANGUAGE sql AS $$SELECT current_setting('app.tenant')::integer$$;
CREATE TABLE item (id integer PRIMARY KEY, tenant integer NOT NULL DEFAULT tenant());
ALTER TABLE item ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON item USING (tenant = tenant()) WITH CHECK (tenant = tenant());
CREATE VIEW mine AS SELECT * FROM item WHERE tenant = tenant();
-- to
CREATE FUNCTION tenant() RETURNS bigint STABLE LANGUAGE sql AS $$SELECT current_setting('app.tenant', true)::bigint$$;
CREATE TABLE item (id bigint PRIMARY KEY, tenant bigint NOT NULL DEFAULT tenant());
ALTER TABLE item ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON item USING (tenant = tenant()) WITH CHECK (tenant = tenant());
CREATE VIEW mine AS SELECT * FROM item WHERE tenant = tenant();
-- rows
INSERT INTO item VALUES (1, 1);
-- pair: domain dropped, columns to its base
-- from
CREATE DOMAIN mail AS text CHECK (VALUE LIKE '%@%');
CREATE TABLE t (a mail NOT NULL, b mail[] DEFAULT '{}');
CREATE INDEX i ON t (lower(a));
CREATE VIEW v AS SELECT a FROM t;
-- to
CREATE TABLE t (a text NOT NULL, b text[] DEFAULT '{}');
CREATE INDEX i ON t (lower(a));
CREATE VIEW v AS SELECT a FROM t;
-- rows
INSERT INTO t VALUES ('a@b', '{c@d}');
-- pair: event trigger and its guarded table at once
-- from
CREATE TABLE t (a integer);
-- to
CREATE TABLE t (a bigint);
CREATE FUNCTION guard() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN IF tg_tag = 'DROP TABLE' THEN RAISE EXCEPTION 'no'; END IF; END$$;
CREATE EVENT TRIGGER guard ON ddl_command_start EXECUTE FUNCTION guard();
CREATE TABLE u (a integer);
-- rows
INSERT INTO t VALUES (1);
