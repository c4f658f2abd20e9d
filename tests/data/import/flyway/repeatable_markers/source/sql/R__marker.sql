-- a view
DROP VIEW IF EXISTS one;
-- rev:drop
CREATE VIEW one AS SELECT * FROM users;
