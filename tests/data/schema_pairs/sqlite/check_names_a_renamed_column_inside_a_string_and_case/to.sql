CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  sort TEXT CHECK (CASE sort WHEN 'kind' THEN 1 ELSE sort IN ('a', 'KIND') END), -- rev:renamed from kind
  "Kind Of" TEXT
);
