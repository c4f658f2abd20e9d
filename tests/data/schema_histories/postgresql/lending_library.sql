-- A library of tools that people lend to each other: how its schema grew, one release a state.

-- state: members and tools
CREATE TABLE member (
    id serial PRIMARY KEY,
    login varchar(60) NOT NULL UNIQUE,
    mail varchar(255),
    joined timestamp DEFAULT now() NOT NULL
);
CREATE TABLE tool (
    id serial PRIMARY KEY,
    title varchar(80) NOT NULL,
    member_id integer NOT NULL REFERENCES member (id),
    price numeric(8, 2) DEFAULT 0
);
-- rows
INSERT INTO member (login, mail) VALUES ('ada', 'ada@example.org'), ('bo', NULL);
INSERT INTO tool (title, member_id, price) VALUES ('Saw', 1, 2.50), ('Drill', 2, 4);

-- state: loans, and a view of what is out
CREATE TABLE loan (
    id serial PRIMARY KEY,
    tool_id integer NOT NULL REFERENCES tool (id) ON DELETE CASCADE,
    member_id integer NOT NULL REFERENCES member (id),
    since date NOT NULL,
    until date,
    CHECK (until IS NULL OR until >= since)
);
CREATE INDEX ON loan (tool_id);
CREATE INDEX loan_open ON loan (member_id) WHERE until IS NULL;
CREATE VIEW lent AS
    SELECT t.id, t.title, l.since, m.login FROM loan l JOIN tool t ON t.id = l.tool_id JOIN member m ON m.id = l.member_id
    WHERE l.until IS NULL;
-- rows
INSERT INTO loan (tool_id, member_id, since, until) VALUES (1, 2, '2024-01-01', NULL), (2, 1, '2024-01-02', '2024-02-01');

-- state: times have a zone
SET TIME ZONE 'UTC';
ALTER TABLE member ALTER COLUMN joined TYPE timestamptz;

-- state: titles of any length, below the view
DROP VIEW lent;
ALTER TABLE tool ALTER COLUMN title TYPE text;
ALTER TABLE member ALTER COLUMN login TYPE text, ALTER COLUMN mail TYPE text;
CREATE VIEW lent AS
    SELECT t.id, t.title, l.since, m.login FROM loan l JOIN tool t ON t.id = l.tool_id JOIN member m ON m.id = l.member_id
    WHERE l.until IS NULL;

-- state: ids outgrow integers
DROP VIEW lent;
ALTER TABLE member ALTER COLUMN id TYPE bigint;
ALTER TABLE tool ALTER COLUMN id TYPE bigint, ALTER COLUMN member_id TYPE bigint;
ALTER TABLE loan ALTER COLUMN id TYPE bigint, ALTER COLUMN tool_id TYPE bigint, ALTER COLUMN member_id TYPE bigint;
ALTER SEQUENCE member_id_seq AS bigint;
ALTER SEQUENCE tool_id_seq AS bigint;
ALTER SEQUENCE loan_id_seq AS bigint;
CREATE VIEW lent AS
    SELECT t.id, t.title, l.since, m.login FROM loan l JOIN tool t ON t.id = l.tool_id JOIN member m ON m.id = l.member_id
    WHERE l.until IS NULL;

-- state: a state for each tool
CREATE TYPE tool_state AS ENUM ('ready', 'broken');
ALTER TABLE tool ADD COLUMN state tool_state DEFAULT 'ready' NOT NULL;
CREATE INDEX tool_ready ON tool (title) WHERE state = 'ready';
-- rows
UPDATE tool SET state = 'broken' WHERE id = 2;

-- state: a further label, in the middle
ALTER TYPE tool_state ADD VALUE 'in repair' BEFORE 'broken';

-- state: the owner is called so
-- rename: column public.tool.member_id = public.tool.owner_id
-- rename: constraint public.tool.tool_member_id_fkey = public.tool.tool_owner_id_fkey
ALTER TABLE tool RENAME COLUMN member_id TO owner_id;
ALTER TABLE tool RENAME CONSTRAINT tool_member_id_fkey TO tool_owner_id_fkey;

-- state: members are deleted softly
ALTER TABLE member ADD COLUMN left_at timestamptz;
ALTER TABLE member DROP CONSTRAINT member_login_key;
CREATE UNIQUE INDEX member_login_key ON member (lower(login)) WHERE left_at IS NULL;

-- state: counters kept by triggers
ALTER TABLE tool ADD COLUMN times_lent integer DEFAULT 0 NOT NULL;
CREATE FUNCTION count_loan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tool SET times_lent = times_lent + 1 WHERE id = NEW.tool_id;
    RETURN NEW;
END;
$$;
CREATE TRIGGER count_loan AFTER INSERT ON loan FOR EACH ROW EXECUTE FUNCTION count_loan();

-- state: counters kept by statement, for many rows at once
DROP TRIGGER count_loan ON loan;
DROP FUNCTION count_loan();
CREATE FUNCTION count_loans() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tool t SET times_lent = times_lent + n.count
    FROM (SELECT tool_id, count(*) FROM added GROUP BY tool_id) n WHERE n.tool_id = t.id;
    RETURN NULL;
END;
$$;
CREATE TRIGGER count_loans AFTER INSERT ON loan REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION count_loans();
-- rows
INSERT INTO loan (tool_id, member_id, since) VALUES (2, 1, '2024-05-05');

-- state: words to search for
ALTER TABLE tool ADD COLUMN about text DEFAULT '' NOT NULL;
ALTER TABLE tool ADD COLUMN words tsvector
    GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || about)) STORED;
CREATE INDEX tool_words ON tool USING gin (words);

-- state: titles weigh more
DROP INDEX tool_words;
ALTER TABLE tool DROP COLUMN words;
ALTER TABLE tool ADD COLUMN words tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', about), 'B')) STORED;
CREATE INDEX tool_words ON tool USING gin (words);

-- state: a name instead of a title
-- rename: column public.tool.title = public.tool.name
ALTER TABLE tool RENAME COLUMN title TO name;

-- state: nobody lends a tool twice at a time
DELETE FROM loan WHERE tool_id = 2 AND until IS NULL;
ALTER TABLE loan ADD CONSTRAINT loan_once EXCLUDE USING gist (int8range(tool_id, tool_id, '[]') WITH &&, daterange(since, until, '[]') WITH &&);
ALTER TABLE loan ALTER CONSTRAINT loan_tool_id_fkey DEFERRABLE INITIALLY DEFERRED;

-- state: groups, which many belong to
CREATE TABLE circle (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    founder bigint REFERENCES member (id) ON DELETE SET NULL
);
CREATE TABLE circle_member (
    circle_id bigint NOT NULL REFERENCES circle (id) ON DELETE CASCADE,
    member_id bigint NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    PRIMARY KEY (circle_id, member_id)
);
CREATE VIEW circle_size AS SELECT c.id, c.name, count(cm.member_id) AS members
    FROM circle c LEFT JOIN circle_member cm ON cm.circle_id = c.id GROUP BY c.id;
-- rows
INSERT INTO circle (name, founder) VALUES ('North', 1), ('South', NULL);
INSERT INTO circle_member VALUES (1, 1), (1, 2), (2, 2);

-- state: circles have members in roles
CREATE TYPE role AS ENUM ('member', 'host');
ALTER TABLE circle_member ADD COLUMN role role DEFAULT 'member' NOT NULL;
ALTER TABLE circle_member DROP CONSTRAINT circle_member_pkey;
ALTER TABLE circle_member ADD PRIMARY KEY (member_id, circle_id);
COMMENT ON TABLE circle_member IS 'who belongs to which circle';

-- state: groups are called groups
-- rename: table public.circle = public.lending_group
-- rename: table public.circle_member = public.group_member
-- rename: column public.circle_member.circle_id = public.group_member.group_id
-- rename: sequence public.circle_id_seq = public.lending_group_id_seq
DROP VIEW circle_size;
ALTER TABLE circle RENAME TO lending_group;
ALTER SEQUENCE circle_id_seq RENAME TO lending_group_id_seq;
ALTER TABLE circle_member RENAME TO group_member;
ALTER TABLE group_member RENAME COLUMN circle_id TO group_id;
CREATE VIEW group_size AS SELECT g.id, g.name, count(m.member_id) AS members
    FROM lending_group g LEFT JOIN group_member m ON m.group_id = g.id GROUP BY g.id;

-- state: what happens is kept by month
CREATE TABLE event (
    id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL,
    what text NOT NULL,
    details jsonb DEFAULT '{}' NOT NULL
) PARTITION BY RANGE (at);
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE event_rest PARTITION OF event DEFAULT;
CREATE INDEX event_what ON event (what);
-- rows
INSERT INTO event (at, what) VALUES ('2024-06-01', 'lent'), ('2030-01-01', 'back');

-- state: another year, and a key
CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
ALTER TABLE event ADD PRIMARY KEY (id, at);
CREATE INDEX event_details ON event USING gin (details jsonb_path_ops);

-- state: an old year goes its own way
-- loses: public.event
ALTER TABLE event DETACH PARTITION event_2024;
ALTER TABLE event_2024 RENAME CONSTRAINT event_2024_pkey TO archive_pkey;

-- state: prices are cents, mails are checked
CREATE DOMAIN mail_address AS text CHECK (VALUE LIKE '%@%');
ALTER TABLE member ALTER COLUMN mail TYPE mail_address;
ALTER TABLE tool ALTER COLUMN price SET NOT NULL;
ALTER TABLE tool ADD CONSTRAINT price_is_none_or_more CHECK (price >= 0);

-- state: numbers for a page that is read often
CREATE MATERIALIZED VIEW popular AS
    SELECT t.id, t.name, count(l.id) AS loans FROM tool t LEFT JOIN loan l ON l.tool_id = t.id GROUP BY t.id;
CREATE UNIQUE INDEX popular_id ON popular (id);
CREATE STATISTICS loan_pairs (dependencies) ON tool_id, member_id FROM loan;

-- state: those numbers with owners, and in another order
DROP MATERIALIZED VIEW popular;
CREATE MATERIALIZED VIEW popular AS
    SELECT t.id, t.name, t.owner_id, count(l.id) AS loans
    FROM tool t LEFT JOIN loan l ON l.tool_id = t.id GROUP BY t.id ORDER BY 4 DESC;
CREATE UNIQUE INDEX popular_id ON popular (id);
CREATE INDEX popular_loans ON popular (loans DESC NULLS LAST, name text_pattern_ops);

-- state: members see their own loans
ALTER TABLE loan ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_loans ON loan FOR SELECT USING (member_id = current_setting('app.member', true)::bigint);
CREATE POLICY open_loans ON loan FOR UPDATE USING (until IS NULL) WITH CHECK (until IS NOT NULL);

-- state: old things go
DROP VIEW group_size;
DROP TABLE group_member;
DROP TABLE lending_group;
DROP TYPE role;
ALTER TABLE tool DROP COLUMN price;
