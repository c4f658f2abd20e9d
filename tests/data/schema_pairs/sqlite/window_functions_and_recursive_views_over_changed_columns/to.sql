CREATE TABLE staff (
  id INTEGER PRIMARY KEY,
  manager INTEGER REFERENCES staff (id) ON DELETE SET NULL, -- rev:renamed from boss
  pay NUMERIC,
  dept TEXT
);
CREATE VIEW chain AS WITH RECURSIVE up (id, boss, depth) AS (SELECT id, manager, 0 FROM staff WHERE manager IS NULL UNION ALL SELECT s.id, s.manager, up.depth + 1 FROM staff s JOIN up ON s.manager = up.id) SELECT * FROM up;
CREATE VIEW ranked AS SELECT id, rank() OVER (PARTITION BY dept ORDER BY pay DESC) AS r, sum(pay) FILTER (WHERE dept <> 'x') OVER w AS s FROM staff WINDOW w AS (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);
