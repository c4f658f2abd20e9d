CREATE TABLE doc (id INTEGER PRIMARY KEY, body TEXT, kind TEXT AS (json_extract(body, '$.kind')) VIRTUAL);
CREATE INDEX doc_by ON doc (kind);
