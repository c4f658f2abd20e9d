-- expect: unequal rows
CREATE TABLE crew (
  id INTEGER PRIMARY KEY,
  paid INTEGER NOT NULL -- rev:using CASE paid WHEN 'yes' THEN 1 ELSE 0 END
);
