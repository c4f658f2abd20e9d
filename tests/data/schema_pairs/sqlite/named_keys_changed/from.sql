CREATE TABLE parent (a INT, b INT, CONSTRAINT parent_key PRIMARY KEY (a), CONSTRAINT parent_b UNIQUE (b));
CREATE TABLE child (
  id INTEGER PRIMARY KEY,
  b INT,
  CONSTRAINT child_parent FOREIGN KEY (b) REFERENCES parent (b)
);
