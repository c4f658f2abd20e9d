-- rev:renamed from node
CREATE TABLE tree (
  key INTEGER PRIMARY KEY AUTOINCREMENT, -- rev:renamed from id
  parent INTEGER REFERENCES tree (key) ON DELETE SET NULL, -- rev:renamed from up
  CHECK (tree.parent <> tree.key)
);
CREATE INDEX node_up ON tree (parent) WHERE parent IS NOT NULL;
CREATE TRIGGER node_no AFTER INSERT ON tree WHEN new.parent = new.key BEGIN DELETE FROM tree WHERE key = new.key; END;
