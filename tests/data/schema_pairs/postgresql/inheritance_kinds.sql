-- pair: column comes
-- from
CREATE TABLE a (id integer, n integer);
CREATE TABLE b (x text) INHERITS (a);
-- to
CREATE TABLE a (id integer, n integer, m date);
CREATE TABLE b (x text) INHERITS (a);
-- rows
INSERT INTO b (id, n) VALUES (1, 2);
-- pair: column goes
-- from
CREATE TABLE a (id integer, n integer);
CREATE TABLE b (x text) INHERITS (a);
-- to
CREATE TABLE a (id integer);
CREATE TABLE b (x text) INHERITS (a);
-- rows
INSERT INTO b (id, n) VALUES (1, 2);
-- pair: column stays in the heir
-- pg_dump differs
-- from
CREATE TABLE a (id integer, n integer);
CREATE TABLE b (x text) INHERITS (a);
-- to
CREATE TABLE a (id integer);
CREATE TABLE b (n integer, x text) INHERITS (a);
-- rows
INSERT INTO b (id, n) VALUES (1, 2);
-- pair: column type
-- from
CREATE TABLE a (id integer, n integer);
CREATE TABLE b (x text) INHERITS (a);
CREATE INDEX bi ON b (n);
-- to
CREATE TABLE a (id integer, n bigint);
CREATE TABLE b (x text) INHERITS (a);
CREATE INDEX bi ON b (n);
-- rows
INSERT INTO b (id, n) VALUES (1, 2);
-- pair: check comes
-- from
CREATE TABLE a (id integer, n integer);
CREATE TABLE b (x text) INHERITS (a);
-- to
CREATE TABLE a (id integer, n integer CHECK (n > 0));
CREATE TABLE b (x text) INHERITS (a);
-- rows
INSERT INTO b (id, n) VALUES (1, 2);
-- pair: check no inherit comes
-- from
CREATE TABLE a (id integer, n integer);
CREATE TABLE b (x text) INHERITS (a);
-- to
CREATE TABLE a (id integer, n integer, CHECK (n > 5) NO INHERIT);
CREATE TABLE b (x text) INHERITS (a);
-- rows
INSERT INTO b (id, n) VALUES (1, 2);
-- pair: not null comes
-- from
CREATE TABLE a (id integer, n integer);
CREATE TABLE b (x text) INHERITS (a);
-- to
CREATE TABLE a (id integer, n integer NOT NULL);
CREATE TABLE b (x text) INHERITS (a);
-- rows
INSERT INTO b (id, n) VALUES (1, 2);
-- pair: default differs in the heir
-- pg_dump differs
-- from
CREATE TABLE a (id integer, n integer DEFAULT 1);
CREATE TABLE b (x text) INHERITS (a);
-- to
CREATE TABLE a (id integer, n integer DEFAULT 2);
CREATE TABLE b (x text, n integer DEFAULT 5) INHERITS (a);
-- rows
INSERT INTO b (id, n) VALUES (1, 2);
-- pair: heir becomes one
-- loses: public.a
-- from
CREATE TABLE b (id integer, n integer, x text);
CREATE TABLE a (id integer, n integer);
-- to
CREATE TABLE a (id integer, n integer);
CREATE TABLE b (id integer, n integer, x text) INHERITS (a);
-- rows
INSERT INTO b (id, n) VALUES (1, 2);
-- pair: heir is one no more
-- pg_dump differs
-- loses: public.a
-- from
CREATE TABLE a (id integer, n integer);
CREATE TABLE b (x text) INHERITS (a);
-- to
CREATE TABLE a (id integer, n integer);
CREATE TABLE b (id integer, n integer, x text);
-- rows
INSERT INTO b (id, n) VALUES (1, 2);
-- pair: heir goes
-- from
CREATE TABLE a (id integer, n integer);
CREATE TABLE b (x text) INHERITS (a);
-- to
CREATE TABLE a (id integer, n integer);
-- rows
INSERT INTO a VALUES (1, 2);
-- pair: column renamed
-- rename: column public.a.n = public.a.k
-- from
CREATE TABLE a (id integer, n integer);
CREATE TABLE b (x text) INHERITS (a);
CREATE TABLE c () INHERITS (b);
CREATE VIEW v AS SELECT n FROM c;
-- to
CREATE TABLE a (id integer, k integer);
CREATE TABLE b (x text) INHERITS (a);
CREATE TABLE c () INHERITS (b);
CREATE VIEW v AS SELECT k AS n FROM c;
-- rows
INSERT INTO b (id, n) VALUES (1, 2);
-- pair: check renamed
-- from
CREATE TABLE a (id integer, n integer CONSTRAINT k CHECK (n > 0));
CREATE TABLE b (x text) INHERITS (a);
-- to
CREATE TABLE a (id integer, n integer CONSTRAINT l CHECK (n > 0));
CREATE TABLE b (x text) INHERITS (a);
-- rows
INSERT INTO b (id, n) VALUES (1, 2);
