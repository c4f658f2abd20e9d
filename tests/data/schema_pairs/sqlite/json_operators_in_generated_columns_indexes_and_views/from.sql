CREATE TABLE ev (id INTEGER PRIMARY KEY, doc TEXT, who TEXT AS (doc ->> '$.who'));
CREATE INDEX ev_who ON ev (who);
CREATE INDEX ev_at ON ev (doc ->> '$.at');
CREATE VIEW ev_tags AS SELECT ev.id, t.value FROM ev, json_each(ev.doc, '$.tags') AS t;
