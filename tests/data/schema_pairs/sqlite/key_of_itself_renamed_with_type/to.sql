CREATE TABLE node (
    id INTEGER PRIMARY KEY,
    parent INTEGER REFERENCES node (id) ON DELETE CASCADE, -- rev:renamed from up
    path TEXT NOT NULL UNIQUE,
    depth INTEGER AS (length(path) - length(replace(path, '/', ''))) VIRTUAL,
    CHECK (parent <> id)
);
CREATE TRIGGER node_path AFTER UPDATE OF parent ON node FOR EACH ROW BEGIN
    UPDATE node SET path = (SELECT path FROM node WHERE id = new.parent) || '/' || new.id WHERE id = new.id;
END;
