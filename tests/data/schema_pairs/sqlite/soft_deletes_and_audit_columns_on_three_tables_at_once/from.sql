CREATE TABLE client (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE project (id INTEGER PRIMARY KEY, client_id INTEGER NOT NULL REFERENCES client (id), name TEXT NOT NULL, UNIQUE (client_id, name));
CREATE TABLE entry (id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES project (id), minutes INTEGER NOT NULL);
CREATE VIEW report AS SELECT c.name AS client, p.name AS project, sum(e.minutes) AS minutes FROM client c JOIN project p ON p.client_id = c.id JOIN entry e ON e.project_id = p.id GROUP BY 1, 2;
