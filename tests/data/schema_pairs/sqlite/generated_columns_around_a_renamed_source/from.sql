CREATE TABLE person (given TEXT, family TEXT, full_name TEXT AS (given || ' ' || family) STORED, initial TEXT AS (substr(given, 1, 1)));
CREATE INDEX person_full ON person (full_name);
CREATE VIEW people AS SELECT full_name, initial FROM person WHERE given <> '';
