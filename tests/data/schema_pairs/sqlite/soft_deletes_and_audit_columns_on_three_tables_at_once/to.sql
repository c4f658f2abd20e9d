CREATE TABLE client (id INTEGER PRIMARY KEY, name TEXT NOT NULL, created_at TEXT NOT NULL DEFAULT (datetime('now')), deleted_at TEXT);
CREATE TABLE project (id INTEGER PRIMARY KEY, client_id INTEGER NOT NULL REFERENCES client (id) ON DELETE CASCADE, name TEXT NOT NULL, created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, deleted_at TEXT);
CREATE UNIQUE INDEX project_name ON project (client_id, name) WHERE deleted_at IS NULL;
CREATE TABLE entry (id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE, minutes INTEGER NOT NULL CHECK (minutes > 0), created_at TEXT NOT NULL DEFAULT '1970-01-01');
CREATE VIEW report AS SELECT c.name AS client, p.name AS project, sum(e.minutes) AS minutes FROM client c JOIN project p ON p.client_id = c.id AND p.deleted_at IS NULL JOIN entry e ON e.project_id = p.id WHERE c.deleted_at IS NULL GROUP BY 1, 2;
CREATE TRIGGER entry_guard BEFORE INSERT ON entry WHEN (SELECT deleted_at FROM project WHERE id = new.project_id) IS NOT NULL BEGIN SELECT RAISE(ABORT, 'project is closed'); END;
