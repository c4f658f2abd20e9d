-- create events
--
-- Written by another team at the same time as the portfolios, and also on top of 1c5e0f9a7b32: that revision is now a
-- branch point, this one the start of the branch labelled `audit`.
--
-- revision: 5d2a9c70e1f8
-- revises: 1c5e0f9a7b32
-- branch_labels: audit
-- created: 2026-02-03 11:20:06Z

-- rev:upgrade postgresql
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    kind VARCHAR(40) NOT NULL,
    payload JSONB,
    recorded_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- The body between the dollar quotes holds semicolons; rev splits statements with PostgreSQL's own grammar.
CREATE FUNCTION events_are_append_only() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append-only; % is not allowed', TG_OP;
END;
$$;
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events
FOR EACH ROW EXECUTE FUNCTION events_are_append_only();

-- rev:upgrade sqlite
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    kind VARCHAR(40) NOT NULL,
    payload TEXT CHECK (payload IS NULL OR json_valid(payload)),
    recorded_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TRIGGER events_no_update BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only; UPDATE is not allowed');
END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only; DELETE is not allowed');
END;

-- rev:downgrade postgresql
DROP TABLE events;
DROP FUNCTION events_are_append_only();

-- rev:downgrade sqlite
DROP TABLE events;
