-- pair: smallint to integer
-- from
CREATE TABLE t (id integer, v smallint);
CREATE INDEX i ON t (v);
-- to
CREATE TABLE t (id integer, v integer);
CREATE INDEX i ON t (v);
-- rows
INSERT INTO t VALUES (1, 1);
-- pair: integer to smallint
-- from
CREATE TABLE t (id integer, v integer);
CREATE INDEX i ON t (v);
-- to
CREATE TABLE t (id integer, v smallint);
CREATE INDEX i ON t (v);
-- rows
INSERT INTO t VALUES (1, 1);
-- pair: integer to numeric(10,2)
-- from
CREATE TABLE t (id integer, v integer);
CREATE INDEX i ON t (v);
-- to
CREATE TABLE t (id integer, v numeric(10,2));
CREATE INDEX i ON t (v);
-- rows
INSERT INTO t VALUES (1, 1);
-- pair: numeric(10,2) to numeric
-- from
CREATE TABLE t (id integer, v numeric(10,2));
CREATE INDEX i ON t (v);
-- to
CREATE TABLE t (id integer, v numeric);
CREATE INDEX i ON t (v);
-- rows
INSERT INTO t VALUES (1, 1.25);
-- pair: numeric(10,2) to numeric(20,2)
-- from
CREATE TABLE t (id integer, v numeric(10,2));
CREATE INDEX i ON t (v);
-- to
CREATE TABLE t (id integer, v numeric(20,2));
CREATE INDEX i ON t (v);
-- rows
INSERT INTO t VALUES (1, 1.25);
-- pair: varchar(10) to varchar(20)
-- from
CREATE TABLE t (id integer, v varchar(10));
CREATE INDEX i ON t (v);
-- to
CREATE TABLE t (id integer, v varchar(20));
CREATE INDEX i ON t (v);
-- rows
INSERT INTO t VALUES (1, 'a');
-- pair: varchar(20) to varchar(5)
-- from
CREATE TABLE t (id integer, v varchar(20));
CREATE INDEX i ON t (v);
-- to
CREATE TABLE t (id integer, v varchar(5));
CREATE INDEX i ON t (v);
-- rows
INSERT INTO t VALUES (1, 'a');
-- pair: char(3) to varchar(3)
-- from
CREATE TABLE t (id integer, v char(3));
CREATE INDEX i ON t (v);
-- to
CREATE TABLE t (id integer, v varchar(3));
CREATE INDEX i ON t (v);
-- rows
INSERT INTO t VALUES (1, 'abc');
-- pair: text to integer
-- from
CREATE TABLE t (id integer, v text);
-- to
CREATE TABLE t (id integer, v integer);
-- rows
INSERT INTO t VALUES (1, '5'), (2, NULL);
-- pair: text to boolean
-- from
CREATE TABLE t (id integer, v text);
-- to
CREATE TABLE t (id integer, v boolean);
-- rows
INSERT INTO t VALUES (1, 'true'), (2, NULL);
-- pair: text to uuid
-- from
CREATE TABLE t (id integer, v text);
-- to
CREATE TABLE t (id integer, v uuid);
-- rows
INSERT INTO t VALUES (1, '6ecd8c99-4036-403d-bf84-cf8400f67836'), (2, NULL);
-- pair: text to date
-- from
CREATE TABLE t (id integer, v text);
-- to
CREATE TABLE t (id integer, v date);
-- rows
INSERT INTO t VALUES (1, '2020-01-01'), (2, NULL);
-- pair: text to jsonb
-- from
CREATE TABLE t (id integer, v text);
-- to
CREATE TABLE t (id integer, v jsonb);
-- rows
INSERT INTO t VALUES (1, '{}'), (2, NULL);
-- pair: text to text[]
-- from
CREATE TABLE t (id integer, v text);
-- to
CREATE TABLE t (id integer, v text[]);
-- rows
INSERT INTO t VALUES (1, '{a,b}'), (2, NULL);
-- pair: text to inet
-- from
CREATE TABLE t (id integer, v text);
-- to
CREATE TABLE t (id integer, v inet);
-- rows
INSERT INTO t VALUES (1, '10.0.0.1'), (2, NULL), (3, '10.1.0.0/16'), (4, '::1');
-- pair: integer to boolean
-- loses: public.t
-- from
CREATE TABLE t (id integer, v integer);
-- to
CREATE TABLE t (id integer, v boolean);
-- rows
INSERT INTO t VALUES (1, 1), (2, NULL);
-- pair: boolean to integer
-- from
CREATE TABLE t (id integer, v boolean);
-- to
CREATE TABLE t (id integer, v integer);
-- rows
INSERT INTO t VALUES (1, true), (2, NULL);
-- pair: boolean to text
-- from
CREATE TABLE t (id integer, v boolean);
-- to
CREATE TABLE t (id integer, v text);
-- rows
INSERT INTO t VALUES (1, true), (2, NULL);
-- pair: date to timestamptz
-- from
CREATE TABLE t (id integer, v date);
-- to
CREATE TABLE t (id integer, v timestamptz);
-- rows
INSERT INTO t VALUES (1, '2020-01-01'), (2, NULL);
-- pair: timestamp to timestamptz
-- from
CREATE TABLE t (id integer, v timestamp);
-- to
CREATE TABLE t (id integer, v timestamptz);
-- rows
INSERT INTO t VALUES (1, '2020-01-01 10:00'), (2, NULL);
-- pair: timestamp(6) to timestamp(0)
-- from
CREATE TABLE t (id integer, v timestamp(6));
-- to
CREATE TABLE t (id integer, v timestamp(0));
-- rows
INSERT INTO t VALUES (1, '2020-01-01 10:00:00'), (2, NULL);
-- pair: timestamptz to date
-- loses: public.t
-- from
CREATE TABLE t (id integer, v timestamptz);
-- to
CREATE TABLE t (id integer, v date);
-- rows
INSERT INTO t VALUES (1, '2020-01-01'), (2, NULL);
-- pair: time to timetz
-- from
CREATE TABLE t (id integer, v time);
-- to
CREATE TABLE t (id integer, v timetz);
-- rows
INSERT INTO t VALUES (1, '10:00'), (2, NULL);
-- pair: interval to text
-- from
CREATE TABLE t (id integer, v interval);
-- to
CREATE TABLE t (id integer, v text);
-- rows
INSERT INTO t VALUES (1, '1 day'), (2, NULL);
-- pair: real to double precision
-- from
CREATE TABLE t (id integer, v real);
-- to
CREATE TABLE t (id integer, v double precision);
-- rows
INSERT INTO t VALUES (1, 1.5), (2, NULL);
-- pair: double precision to numeric(8,3)
-- from
CREATE TABLE t (id integer, v double precision);
-- to
CREATE TABLE t (id integer, v numeric(8,3));
-- rows
INSERT INTO t VALUES (1, 1.5), (2, NULL);
-- pair: money to numeric
-- from
CREATE TABLE t (id integer, v money);
-- to
CREATE TABLE t (id integer, v numeric);
-- rows
INSERT INTO t VALUES (1, 1), (2, NULL);
-- pair: json to jsonb
-- from
CREATE TABLE t (id integer, v json);
-- to
CREATE TABLE t (id integer, v jsonb);
-- rows
INSERT INTO t VALUES (1, '{"a": 1}'), (2, NULL);
-- pair: jsonb to text
-- from
CREATE TABLE t (id integer, v jsonb);
-- to
CREATE TABLE t (id integer, v text);
-- rows
INSERT INTO t VALUES (1, '{}'), (2, NULL);
-- pair: integer[] to bigint[]
-- from
CREATE TABLE t (id integer, v integer[]);
-- to
CREATE TABLE t (id integer, v bigint[]);
-- rows
INSERT INTO t VALUES (1, '{1}'), (2, NULL);
-- pair: integer to integer[]
-- loses: public.t
-- from
CREATE TABLE t (id integer, v integer);
-- to
CREATE TABLE t (id integer, v integer[]);
-- rows
INSERT INTO t VALUES (1, 1), (2, NULL);
-- pair: text[] to text
-- loses: public.t
-- from
CREATE TABLE t (id integer, v text[]);
-- to
CREATE TABLE t (id integer, v text);
-- rows
INSERT INTO t VALUES (1, '{a}'), (2, NULL);
-- pair: bit(4) to varbit(8)
-- loses: public.t
-- from
CREATE TABLE t (id integer, v bit(4));
-- to
CREATE TABLE t (id integer, v varbit(8));
-- rows
INSERT INTO t VALUES (1, B'1010'), (2, NULL);
-- pair: inet to cidr
-- loses: public.t
-- from
CREATE TABLE t (id integer, v inet);
-- to
CREATE TABLE t (id integer, v cidr);
-- rows
INSERT INTO t VALUES (1, '10.0.0.0/8'), (2, NULL);
-- pair: cidr to inet
-- from
CREATE TABLE t (id integer, v cidr);
-- to
CREATE TABLE t (id integer, v inet);
-- rows
INSERT INTO t VALUES (1, '10.0.0.0/8'), (2, NULL);
-- pair: int4range to int4multirange
-- loses: public.t
-- from
CREATE TABLE t (id integer, v int4range);
-- to
CREATE TABLE t (id integer, v int4multirange);
-- rows
INSERT INTO t VALUES (1, '[1,2)'), (2, NULL);
-- pair: bytea to text
-- from
CREATE TABLE t (id integer, v bytea);
-- to
CREATE TABLE t (id integer, v text);
-- rows
INSERT INTO t VALUES (1, 'a'), (2, NULL), (3, '\xff00');
-- pair: text to bytea
-- from
CREATE TABLE t (id integer, v text);
-- to
CREATE TABLE t (id integer, v bytea);
-- rows
INSERT INTO t VALUES (1, 'a'), (2, NULL), (3, 'é \000 \x61');
-- pair: oid to bigint
-- from
CREATE TABLE t (id integer, v oid);
-- to
CREATE TABLE t (id integer, v bigint);
-- rows
INSERT INTO t VALUES (1, 5), (2, NULL);
-- pair: bigint to oid
-- from
CREATE TABLE t (id integer, v bigint);
-- to
CREATE TABLE t (id integer, v oid);
-- rows
INSERT INTO t VALUES (1, 5), (2, NULL);
-- pair: uuid to text
-- from
CREATE TABLE t (id integer, v uuid);
-- to
CREATE TABLE t (id integer, v text);
-- rows
INSERT INTO t VALUES (1, '6ecd8c99-4036-403d-bf84-cf8400f67836'), (2, NULL);
-- pair: name to text
-- from
CREATE TABLE t (id integer, v name);
-- to
CREATE TABLE t (id integer, v text);
-- rows
INSERT INTO t VALUES (1, 'a'), (2, NULL);
-- pair: "char" to text
-- from
CREATE TABLE t (id integer, v "char");
-- to
CREATE TABLE t (id integer, v text);
-- rows
INSERT INTO t VALUES (1, 'a'), (2, NULL);
-- pair: xml to text
-- from
CREATE TABLE t (id integer, v xml);
-- to
CREATE TABLE t (id integer, v text);
-- rows
INSERT INTO t VALUES (1, '<a/>'), (2, NULL);
-- pair: tsvector to text
-- from
CREATE TABLE t (id integer, v tsvector);
-- to
CREATE TABLE t (id integer, v text);
-- rows
INSERT INTO t VALUES (1, 'a'), (2, NULL);
-- pair: text to tsvector
-- loses: public.t
-- from
CREATE TABLE t (id integer, v text);
-- to
CREATE TABLE t (id integer, v tsvector);
-- rows
INSERT INTO t VALUES (1, 'a'), (2, NULL);
-- pair: point to text
-- from
CREATE TABLE t (id integer, v point);
-- to
CREATE TABLE t (id integer, v text);
-- rows
INSERT INTO t VALUES (1, '(1,2)'), (2, NULL);
-- pair: regclass to text
-- from
CREATE TABLE t (id integer, v regclass);
-- to
CREATE TABLE t (id integer, v text);
-- rows
INSERT INTO t VALUES (1, 't'), (2, NULL);
-- pair: integer to bigint
-- from
CREATE TABLE t (id integer, v integer);
-- to
CREATE TABLE t (id integer, v bigint);
-- rows
INSERT INTO t VALUES (1, 1), (2, NULL);
-- pair: bigint to integer
-- from
CREATE TABLE t (id integer, v bigint);
-- to
CREATE TABLE t (id integer, v integer);
-- rows
INSERT INTO t VALUES (1, 1), (2, NULL);
-- pair: varchar to integer
-- from
CREATE TABLE t (id integer, v varchar);
-- to
CREATE TABLE t (id integer, v integer);
-- rows
INSERT INTO t VALUES (1, '4'), (2, NULL);
-- pair: numeric to integer
-- from
CREATE TABLE t (id integer, v numeric);
-- to
CREATE TABLE t (id integer, v integer);
-- rows
INSERT INTO t VALUES (1, 4), (2, NULL);
-- pair: integer to date
-- from
CREATE TABLE t (id integer, v integer);
-- to
CREATE TABLE t (id integer, v date);
-- rows
INSERT INTO t VALUES (1, NULL), (2, NULL);
-- pair: text to interval
-- from
CREATE TABLE t (id integer, v text);
-- to
CREATE TABLE t (id integer, v interval);
-- rows
INSERT INTO t VALUES (1, '1 day'), (2, NULL);
-- pair: timestamp to time
-- loses: public.t
-- from
CREATE TABLE t (id integer, v timestamp);
-- to
CREATE TABLE t (id integer, v time);
-- rows
INSERT INTO t VALUES (1, '2020-01-01 10:00'), (2, NULL);
-- pair: date to text
-- from
CREATE TABLE t (id integer, v date);
-- to
CREATE TABLE t (id integer, v text);
-- rows
INSERT INTO t VALUES (1, '2020-01-01'), (2, NULL);
-- pair: boolean to smallint
-- from
CREATE TABLE t (id integer, v boolean);
-- to
CREATE TABLE t (id integer, v smallint);
-- rows
INSERT INTO t VALUES (1, true), (2, NULL);
-- pair: smallint to boolean
-- loses: public.t
-- from
CREATE TABLE t (id integer, v smallint);
-- to
CREATE TABLE t (id integer, v boolean);
-- rows
INSERT INTO t VALUES (1, 1), (2, NULL);
-- pair: bigint to timestamptz
-- from
CREATE TABLE t (id integer, v bigint);
-- to
CREATE TABLE t (id integer, v timestamptz);
-- rows
INSERT INTO t VALUES (1, NULL), (2, NULL);
-- pair: jsonb to integer
-- from
CREATE TABLE t (id integer, v jsonb);
-- to
CREATE TABLE t (id integer, v integer);
-- rows
INSERT INTO t VALUES (1, NULL), (2, NULL);
-- pair: jsonb to text[]
-- from
CREATE TABLE t (id integer, v jsonb);
-- to
CREATE TABLE t (id integer, v text[]);
-- rows
INSERT INTO t VALUES (1, NULL), (2, NULL);
