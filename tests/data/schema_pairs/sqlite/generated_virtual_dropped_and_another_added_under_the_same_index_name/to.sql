CREATE TABLE doc (id INTEGER PRIMARY KEY, body TEXT, owner INTEGER AS (json_extract(body, '$.owner')) VIRTUAL);
CREATE INDEX doc_by ON doc (owner) WHERE owner IS NOT NULL;
