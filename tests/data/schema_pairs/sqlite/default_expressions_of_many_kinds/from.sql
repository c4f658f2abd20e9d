CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  a TEXT DEFAULT 'it''s',
  b INTEGER DEFAULT -1,
  c REAL DEFAULT +1.5e3,
  d BLOB DEFAULT x'00ff',
  e TEXT DEFAULT (lower(hex(randomblob(4)))),
  f INTEGER DEFAULT (strftime('%s', 'now')),
  g TEXT DEFAULT CURRENT_TIME,
  h DEFAULT NULL,
  i TEXT DEFAULT "quoted",
  j INTEGER DEFAULT TRUE
);
