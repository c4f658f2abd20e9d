CREATE TABLE ev (id INTEGER PRIMARY KEY, doc TEXT NOT NULL CHECK (json_valid(doc)) DEFAULT '{}', who TEXT AS (doc -> '$.who' ->> '$.name') STORED);
CREATE INDEX ev_who ON ev (who) WHERE who IS NOT NULL;
CREATE INDEX ev_at ON ev (doc ->> '$.at', doc -> '$.kind');
CREATE VIEW ev_tags AS SELECT ev.id, t.key, t.value FROM ev, json_each(ev.doc, '$.tags') AS t WHERE t.type <> 'null';
