CREATE TABLE tree (id INTEGER PRIMARY KEY, parent BIGINT REFERENCES tree (id) ON DELETE SET NULL, name TEXT, CHECK (parent <> id));
CREATE INDEX tree_parent ON tree (parent);
