-- pair: a small shop grows
-- from
CREATE TYPE status AS ENUM ('new', 'paid', 'sent');
CREATE TABLE customer (id serial PRIMARY KEY, email varchar(100) NOT NULL UNIQUE, created timestamp DEFAULT now());
CREATE TABLE product (id serial PRIMARY KEY, nm text NOT NULL, price numeric(8,2) CHECK (price >= 0));
CREATE TABLE orders (id serial PRIMARY KEY, customer integer NOT NULL REFERENCES customer, st status NOT NULL DEFAULT 'new', total numeric(8,2));
CREATE TABLE line (orders integer REFERENCES orders ON DELETE CASCADE, product integer REFERENCES product, n integer NOT NULL DEFAULT 1, PRIMARY KEY (orders, product));
CREATE INDEX orders_st ON orders (st) WHERE st <> 'sent';
CREATE VIEW open_orders AS SELECT o.id, c.email, o.st FROM orders o JOIN customer c ON c.id = o.customer WHERE o.st <> 'sent';
CREATE FUNCTION set_total() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE orders SET total = 0 WHERE id = NEW.orders; RETURN NEW; END';
CREATE TRIGGER line_total AFTER INSERT ON line FOR EACH ROW EXECUTE FUNCTION set_total();
-- to
CREATE TYPE status AS ENUM ('new', 'paid', 'packed', 'sent', 'lost');
CREATE TABLE customer (id bigserial PRIMARY KEY, email text NOT NULL, created timestamptz DEFAULT now(), vip boolean NOT NULL DEFAULT false);
CREATE UNIQUE INDEX customer_email ON customer (lower(email));
CREATE TABLE product (id serial PRIMARY KEY, nm text NOT NULL, price numeric(12,2) CHECK (price >= 0), tags text[] NOT NULL DEFAULT '{}');
CREATE INDEX ON product USING gin (tags);
CREATE TABLE orders (id serial PRIMARY KEY, customer bigint NOT NULL REFERENCES customer ON DELETE RESTRICT, st status NOT NULL DEFAULT 'packed', total numeric(12,2));
CREATE TABLE line (orders integer REFERENCES orders ON DELETE CASCADE, product integer REFERENCES product, n integer NOT NULL DEFAULT 1 CHECK (n > 0), PRIMARY KEY (orders, product));
CREATE INDEX orders_st ON orders (st) WHERE st <> 'sent' AND st <> 'lost';
CREATE VIEW open_orders AS SELECT o.id, c.email, o.st, o.total FROM orders o JOIN customer c ON c.id = o.customer WHERE o.st NOT IN ('sent', 'lost');
CREATE MATERIALIZED VIEW sales AS SELECT product, sum(n) AS n FROM line GROUP BY product;
CREATE UNIQUE INDEX ON sales (product);
CREATE FUNCTION set_total() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE orders SET total = 1 WHERE id = NEW.orders; RETURN NEW; END';
CREATE TRIGGER line_total AFTER INSERT OR UPDATE ON line FOR EACH ROW EXECUTE FUNCTION set_total();
-- rows
INSERT INTO customer (email) VALUES ('a@x'), ('b@x');
INSERT INTO product (nm, price) VALUES ('p', 1.5);
INSERT INTO orders (customer, st) VALUES (1, 'new'), (2, 'sent');
INSERT INTO line VALUES (1, 1, 3);
-- pair: domain over enum over columns, views, functions, with the enum reordered
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE DOMAIN de AS e CHECK (VALUE <> 'c');
CREATE TABLE t (x de DEFAULT 'a', y e, z de[]);
CREATE VIEW v AS SELECT x, y FROM t WHERE y = 'b';
CREATE FUNCTION f(de) RETURNS e LANGUAGE sql IMMUTABLE AS 'SELECT $1::public.e';
CREATE INDEX i ON t (f(x));
COMMENT ON DOMAIN de IS 'd';
COMMENT ON TYPE e IS 'e';
COMMENT ON FUNCTION f(de) IS 'f';
-- to
CREATE TYPE e AS ENUM ('c', 'b', 'a', 'd');
CREATE DOMAIN de AS e CHECK (VALUE <> 'd');
CREATE TABLE t (x de DEFAULT 'b', y e, z de[]);
CREATE VIEW v AS SELECT x, y FROM t WHERE y = 'd';
CREATE FUNCTION f(de) RETURNS e LANGUAGE sql IMMUTABLE AS 'SELECT $1::public.e';
CREATE INDEX i ON t (f(x));
COMMENT ON DOMAIN de IS 'd2';
COMMENT ON TYPE e IS 'e';
COMMENT ON FUNCTION f(de) IS 'f';
-- rows
INSERT INTO t VALUES ('a', 'b', '{a,b}');
-- pair: policies and views over columns of several tables that change
-- from
CREATE TABLE u (id integer PRIMARY KEY, nm varchar(20));
CREATE TABLE d (id integer PRIMARY KEY, owner integer REFERENCES u, body text);
ALTER TABLE d ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON d USING (owner IN (SELECT id FROM u WHERE nm = current_user)) WITH CHECK (body <> '');
CREATE VIEW mine AS SELECT d.* FROM d JOIN u ON u.id = d.owner WHERE u.nm = current_user;
GRANT SELECT ON mine TO rev_reader;
ALTER VIEW mine OWNER TO rev_owner;
CREATE RULE del AS ON DELETE TO mine DO INSTEAD DELETE FROM d WHERE d.id = OLD.id;
COMMENT ON RULE del ON mine IS 'deletes';
-- to
CREATE TABLE u (id bigint PRIMARY KEY, nm text);
CREATE TABLE d (id bigint PRIMARY KEY, owner bigint REFERENCES u, body text, extra text);
ALTER TABLE d ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON d USING (owner IN (SELECT id FROM u WHERE nm = current_user)) WITH CHECK (body <> '');
CREATE VIEW mine AS SELECT d.* FROM d JOIN u ON u.id = d.owner WHERE u.nm = current_user;
GRANT SELECT ON mine TO rev_reader;
ALTER VIEW mine OWNER TO rev_owner;
CREATE RULE del AS ON DELETE TO mine DO INSTEAD DELETE FROM d WHERE d.id = OLD.id;
COMMENT ON RULE del ON mine IS 'deletes';
-- rows
INSERT INTO u VALUES (1, 'x');
INSERT INTO d VALUES (1, 1, 'b');
-- pair: everything goes
-- from
CREATE SCHEMA s;
CREATE TYPE s.e AS ENUM ('a');
CREATE DOMAIN s.d AS s.e;
CREATE TABLE s.p (id serial PRIMARY KEY, x s.d);
CREATE TABLE s.c (id integer GENERATED ALWAYS AS IDENTITY, p integer REFERENCES s.p);
ALTER TABLE s.p ADD up integer REFERENCES s.p;
CREATE VIEW s.v AS SELECT * FROM s.p;
CREATE FUNCTION s.f(s.p) RETURNS s.e LANGUAGE sql AS 'SELECT $1.x';
CREATE VIEW s.w AS SELECT s.f(p) FROM s.p;
CREATE MATERIALIZED VIEW s.m AS SELECT * FROM s.v;
CREATE INDEX ON s.m (id);
CREATE FUNCTION s.t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER t AFTER INSERT ON s.c EXECUTE FUNCTION s.t();
CREATE TABLE s.q (a integer) PARTITION BY LIST (a);
CREATE TABLE s.q1 PARTITION OF s.q DEFAULT;
CREATE FUNCTION s.af(text, s.e) RETURNS text LANGUAGE sql AS 'SELECT $1';
CREATE AGGREGATE s.a(s.e) (SFUNC = s.af, STYPE = text);
CREATE COLLATION s.col FROM "C";
CREATE STATISTICS s.st ON id, x FROM s.p;
-- to
CREATE TABLE only_this (a integer);
-- pair: a table moves to another schema by drop and add
-- from
CREATE SCHEMA a;
CREATE TABLE a.t (x integer PRIMARY KEY);
CREATE TABLE u (t integer REFERENCES a.t);
-- to
CREATE SCHEMA b;
CREATE TABLE b.t (x integer PRIMARY KEY);
CREATE TABLE u (t integer REFERENCES b.t);
-- rows
INSERT INTO u VALUES (NULL);
-- pair: a table moves to another schema by rename
-- rename: table a.t = b.t
-- from
CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TABLE a.t (x serial PRIMARY KEY, y integer CHECK (y > 0));
CREATE INDEX ON a.t (y);
CREATE TABLE u (t integer REFERENCES a.t);
CREATE VIEW v AS SELECT x FROM a.t;
-- to
CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TABLE b.t (x serial PRIMARY KEY, y integer CHECK (y > 0));
CREATE INDEX ON b.t (y);
CREATE TABLE u (t integer REFERENCES b.t);
CREATE VIEW v AS SELECT x FROM b.t;
-- rows
INSERT INTO a.t (y) VALUES (3);
INSERT INTO u VALUES (1);
-- pair: composite with dependents, used by table, function and view
-- from
CREATE TYPE addr AS (street text, zip integer);
CREATE TABLE t (id integer, a addr, b addr[]);
CREATE FUNCTION zip(addr) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT $1.zip';
CREATE VIEW v AS SELECT id, (a).street AS s, zip(a) AS z FROM t;
CREATE INDEX i ON t (zip(a));
-- to
CREATE TYPE addr AS (street text, zip text);
CREATE TABLE t (id integer, a addr, b addr[]);
CREATE FUNCTION zip(addr) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1.zip';
CREATE VIEW v AS SELECT id, (a).street AS s, zip(a) AS z FROM t;
CREATE INDEX i ON t (zip(a));
-- rows
INSERT INTO t VALUES (1, '(x,5)', ARRAY['(y,6)'::addr]);
-- pair: generated columns over each other's sources, under index, view and foreign key
-- from
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED UNIQUE, c text GENERATED ALWAYS AS ('x' || a::text) STORED);
CREATE TABLE u (b integer REFERENCES t (b));
CREATE VIEW v AS SELECT b, c FROM t;
COMMENT ON COLUMN t.b IS 'twice';
GRANT SELECT (b) ON t TO rev_reader;
-- to
CREATE TABLE t (a bigint, b bigint GENERATED ALWAYS AS (a * 3) STORED UNIQUE, c text GENERATED ALWAYS AS ('x' || a::text) STORED);
CREATE TABLE u (b bigint REFERENCES t (b));
CREATE VIEW v AS SELECT b, c FROM t;
COMMENT ON COLUMN t.b IS 'thrice';
GRANT SELECT (b) ON t TO rev_reader;
-- rows
INSERT INTO t (a) VALUES (1), (2);
-- pair: functions replace each other's types
-- from
CREATE TYPE r1 AS (a integer);
CREATE FUNCTION f() RETURNS r1 LANGUAGE sql AS 'SELECT ROW(1)::public.r1';
CREATE VIEW v AS SELECT (f()).a;
-- to
CREATE TYPE r2 AS (a integer, b text);
CREATE FUNCTION f() RETURNS r2 LANGUAGE sql AS 'SELECT ROW(1, $$x$$)::public.r2';
CREATE VIEW v AS SELECT (f()).a, (f()).b;
-- pair: reserved and strange names everywhere
-- from
CREATE SCHEMA "select";
CREATE TYPE "select"."from" AS ENUM ('where', '');
CREATE TABLE "select"."table" ("order" "select"."from" DEFAULT 'where', "Group By" integer CONSTRAINT "a.b" CHECK ("Group By" > 0), "quote""d" text);
CREATE FUNCTION "select"."func.tion"("in" "select"."from") RETURNS "select"."from" LANGUAGE sql AS 'SELECT $1';
CREATE VIEW "select"."v'iew" AS SELECT "select"."func.tion"("order") AS "as" FROM "select"."table";
CREATE INDEX "in dex" ON "select"."table" (lower("quote""d"));
-- to
CREATE SCHEMA "select";
CREATE TYPE "select"."from" AS ENUM ('', 'where');
CREATE TABLE "select"."table" ("order" "select"."from" DEFAULT '', "Group By" bigint CONSTRAINT "a.b" CHECK ("Group By" > 1), "quote""d" text, "new column" "select"."from"[]);
CREATE FUNCTION "select"."func.tion"("in" "select"."from") RETURNS "select"."from" LANGUAGE sql AS 'SELECT $1';
CREATE VIEW "select"."v'iew" AS SELECT "select"."func.tion"("order") AS "as", "Group By" FROM "select"."table";
CREATE INDEX "in dex" ON "select"."table" (lower("quote""d"), "order");
COMMENT ON CONSTRAINT "a.b" ON "select"."table" IS 'dotted';
GRANT SELECT ("Group By") ON "select"."table" TO rev_reader;
-- rows
INSERT INTO "select"."table" VALUES ('where', 5, 'Q'), ('', 6, NULL);
-- pair: exclusion, unique and not null move between columns
-- from
CREATE TABLE room (id integer PRIMARY KEY, during tsrange, nm text, EXCLUDE USING gist (during WITH &&));
-- to
CREATE TABLE room (id integer, code text, during tstzrange, nm text NOT NULL UNIQUE, CONSTRAINT room_pkey PRIMARY KEY (nm), EXCLUDE USING gist (during WITH &&) WHERE (id > 0) DEFERRABLE);
-- loses: public.room.during
-- rows
INSERT INTO room VALUES (1, NULL, 'a'), (2, NULL, 'b');
-- pair: a sequence shared by two tables
-- from
CREATE SEQUENCE ids;
CREATE TABLE a (id integer DEFAULT nextval('ids') PRIMARY KEY);
CREATE TABLE b (id integer DEFAULT nextval('ids') PRIMARY KEY);
-- to
CREATE SEQUENCE ids AS bigint INCREMENT 10;
CREATE TABLE a (id bigint DEFAULT nextval('ids') PRIMARY KEY);
CREATE TABLE c (id integer DEFAULT nextval('ids') PRIMARY KEY);
-- rows
INSERT INTO a DEFAULT VALUES;
-- pair: unlogged and logged with foreign keys
-- from
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (a integer REFERENCES a);
-- to
CREATE UNLOGGED TABLE b (a integer);
CREATE TABLE a (id integer PRIMARY KEY);
-- rows
INSERT INTO a VALUES (1);
INSERT INTO b VALUES (1);
