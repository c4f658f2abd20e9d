CREATE TABLE staff (id INTEGER PRIMARY KEY, boss INTEGER REFERENCES staff (id), pay INTEGER, dept TEXT);
CREATE VIEW chain AS WITH RECURSIVE up (id, boss, depth) AS (SELECT id, boss, 0 FROM staff WHERE boss IS NULL UNION ALL SELECT s.id, s.boss, up.depth + 1 FROM staff s JOIN up ON s.boss = up.id) SELECT * FROM up;
CREATE VIEW ranked AS SELECT id, rank() OVER (PARTITION BY dept ORDER BY pay DESC) AS r, sum(pay) FILTER (WHERE dept <> 'x') OVER w AS s FROM staff WINDOW w AS (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);
