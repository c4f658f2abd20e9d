-- given
CREATE DOMAIN percent AS int;
CREATE TABLE event (id int, day date NOT NULL, note text) PARTITION BY RANGE (day);
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE log (id int, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE log_rest PARTITION OF log DEFAULT;
CREATE TABLE loose_2025 (id int, day date NOT NULL, note text);
CREATE TABLE proven_2025 (id int, day date NOT NULL, note text,
  CHECK (day >= '2025-01-01' AND day < '2026-01-01'));
CREATE TABLE unproven_2025 (id int, day date NOT NULL, note text);
ALTER TABLE unproven_2025 ADD CONSTRAINT bounds CHECK (day >= '2025-01-01' AND day < '2026-01-01') NOT VALID;
CREATE TABLE score (id int, share percent);
CREATE TABLE parent (id int, name text);
INSERT INTO event SELECT g, '2024-03-01', 'x' FROM generate_series(1, 1000) AS g;
INSERT INTO log SELECT g, '2024-03-01' FROM generate_series(1, 1000) AS g;
INSERT INTO loose_2025 SELECT g, '2025-03-01', 'x' FROM generate_series(1, 1000) AS g;
INSERT INTO proven_2025 SELECT g, '2025-03-01', 'x' FROM generate_series(1, 1000) AS g;
INSERT INTO unproven_2025 SELECT g, '2025-03-01', 'x' FROM generate_series(1, 1000) AS g;
INSERT INTO score SELECT g, 1 FROM generate_series(1, 1000) AS g;

-- case: a partition made
CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
-- case: a partition made beside a default one
CREATE TABLE log_2025 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
-- case: a table attached without a check
ALTER TABLE event ATTACH PARTITION loose_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
-- case: a table attached with a check
ALTER TABLE event ATTACH PARTITION proven_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
-- case: a table attached with a check that is not validated
ALTER TABLE event ATTACH PARTITION unproven_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
-- case: a new table attached
CREATE TABLE event_2026 (LIKE event);
ALTER TABLE event ATTACH PARTITION event_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- case: a partition detached
ALTER TABLE event DETACH PARTITION event_2024;
-- case (no transaction): a partition detached, CONCURRENTLY
ALTER TABLE event DETACH PARTITION event_2024 CONCURRENTLY;
-- case: a partition dropped
DROP TABLE event_2024;
-- case: a column of a partitioned table
ALTER TABLE event ADD COLUMN more text;
-- case: a column of a partitioned table with a volatile default
ALTER TABLE event ADD COLUMN more uuid DEFAULT gen_random_uuid();
-- case: the type of a column of a partitioned table
ALTER TABLE event ALTER COLUMN id TYPE bigint;
-- case: the type of a column of the partition key
ALTER TABLE event ALTER COLUMN day TYPE timestamp;
-- case: a check of a domain
ALTER DOMAIN percent ADD CONSTRAINT small CHECK (value < 101);
-- case: a check of a domain that is not validated
ALTER DOMAIN percent ADD CONSTRAINT small CHECK (value < 101) NOT VALID;
-- case: NOT NULL of a domain
ALTER DOMAIN percent SET NOT NULL;
-- case: a default of a domain
ALTER DOMAIN percent SET DEFAULT 1;
-- case: a table that inherits
CREATE TABLE child (more int) INHERITS (parent);
