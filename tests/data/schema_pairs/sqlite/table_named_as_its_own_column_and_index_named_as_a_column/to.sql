-- rev:renamed from tag
CREATE TABLE label (
  label TEXT PRIMARY KEY, -- rev:renamed from tag
  n INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX n ON label (n);
CREATE VIEW tags AS SELECT label.label, label.n FROM label;
