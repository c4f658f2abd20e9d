CREATE TABLE person (
  first_name TEXT, -- rev:renamed from given
  family TEXT,
  full_name TEXT AS (first_name || ' ' || family) STORED,
  initial TEXT AS (substr(first_name, 1, 1))
);
CREATE INDEX person_full ON person (full_name);
CREATE VIEW people AS SELECT full_name, initial FROM person WHERE first_name <> '';
