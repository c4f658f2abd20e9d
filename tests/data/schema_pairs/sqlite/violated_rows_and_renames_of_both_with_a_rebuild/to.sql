-- expect: not enforced
-- rev:renamed from "the ship"
CREATE TABLE vessel (a INTEGER, b TEXT, c TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
-- rev:renamed from crew
CREATE TABLE person (
  a INTEGER,
  bb TEXT, -- rev:renamed from b
  rowid TEXT, v TEXT, FOREIGN KEY (a, bb) REFERENCES vessel
);
