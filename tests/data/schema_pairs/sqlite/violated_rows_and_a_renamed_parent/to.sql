-- expect: not enforced
-- rev:renamed from ship
CREATE TABLE vessel (
  id INTEGER PRIMARY KEY,
  sign TEXT UNIQUE -- rev:renamed from code
);
CREATE TABLE crew (id INTEGER PRIMARY KEY, ship TEXT REFERENCES vessel (sign), name TEXT NOT NULL DEFAULT '');
