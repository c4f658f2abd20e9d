-- rev:renamed from unit
CREATE TABLE module (
  name TEXT, -- rev:renamed from code
  ver INTEGER,
  made TEXT,
  PRIMARY KEY (name, ver)
) WITHOUT ROWID;
CREATE TABLE part (
  id INTEGER PRIMARY KEY,
  name TEXT, -- rev:renamed from code
  ver INTEGER,
  n INTEGER NOT NULL DEFAULT 1,
  FOREIGN KEY (name, ver) REFERENCES module ON DELETE CASCADE ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
);
