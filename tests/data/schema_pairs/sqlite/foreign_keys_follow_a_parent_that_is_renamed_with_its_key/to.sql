-- rev:renamed from country
CREATE TABLE land (
  code TEXT PRIMARY KEY, -- rev:renamed from iso
  name TEXT NOT NULL DEFAULT ''
);
-- rev:renamed from city
CREATE TABLE town (
  id INTEGER PRIMARY KEY,
  land TEXT NOT NULL REFERENCES land ON DELETE CASCADE, -- rev:renamed from country
  twin INTEGER REFERENCES town
);
CREATE TABLE flag (country TEXT PRIMARY KEY REFERENCES land (code) ON UPDATE CASCADE, img BLOB) WITHOUT ROWID;
