-- given
CREATE TABLE item (id int PRIMARY KEY, name text, price int, kind text);
CREATE INDEX item_name ON item (name);
CREATE TABLE event (id int, day date NOT NULL, note text) PARTITION BY RANGE (day);
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE MATERIALIZED VIEW totals AS SELECT kind, sum(price) AS total FROM item GROUP BY kind;
CREATE UNIQUE INDEX totals_kind ON totals (kind);
CREATE MATERIALIZED VIEW plain_totals AS SELECT kind, sum(price) AS total FROM item GROUP BY kind;
CREATE VIEW cheap AS SELECT id, name FROM item WHERE price < 10;
INSERT INTO item SELECT g, 'n' || g, g, 'k' || g % 7 FROM generate_series(1, 1000) AS g;
INSERT INTO event SELECT g, '2024-03-01', 'x' FROM generate_series(1, 1000) AS g;
REFRESH MATERIALIZED VIEW totals;
REFRESH MATERIALIZED VIEW plain_totals;

-- case: an index
CREATE INDEX item_price ON item (price);
-- case: a unique index
CREATE UNIQUE INDEX item_price ON item (price);
-- case: an index without a name
CREATE INDEX ON item (price);
-- case: an index in a transaction though CONCURRENTLY
CREATE INDEX CONCURRENTLY item_price ON item (price);
-- case (no transaction): an index, CONCURRENTLY
CREATE INDEX CONCURRENTLY item_price ON item (price);
-- case (no transaction): an index, CONCURRENTLY unless it is there
CREATE INDEX CONCURRENTLY IF NOT EXISTS item_price ON item (price);
-- case (no transaction): an index without CONCURRENTLY, outside a transaction
CREATE INDEX item_price ON item (price);
-- case: an index that is there
CREATE INDEX IF NOT EXISTS item_name ON item (name);
-- case: an index whose name is taken
CREATE INDEX item_name ON item (price);
-- case: an index on a table of this plan
CREATE TABLE fresh (id int PRIMARY KEY, name text);
CREATE INDEX fresh_name ON fresh (name);
-- case: an index on a column that is not there
CREATE INDEX item_nothing ON item (nothing);
-- case: an index on a partitioned table
CREATE INDEX event_note ON event (note);
-- case: an index on a partitioned table alone
CREATE INDEX event_note ON ONLY event (note);
-- case (no transaction): an index on a partitioned table, CONCURRENTLY
CREATE INDEX CONCURRENTLY event_note ON event (note);
-- case: an index dropped
DROP INDEX item_name;
-- case (no transaction): an index dropped, CONCURRENTLY
DROP INDEX CONCURRENTLY item_name;
-- case: an index dropped in a transaction though CONCURRENTLY
DROP INDEX CONCURRENTLY item_name;
-- case: an index dropped that a constraint needs
DROP INDEX item_pkey;
-- case: an index dropped that is not there
DROP INDEX nothing;
-- case: an index dropped if it is there
DROP INDEX IF EXISTS nothing;
-- case: an index renamed
ALTER INDEX item_name RENAME TO item_by_name;
-- case: an index made again
REINDEX INDEX item_name;
-- case: all indexes of a table made again
REINDEX TABLE item;
-- case (no transaction): an index made again, CONCURRENTLY
REINDEX INDEX CONCURRENTLY item_name;
-- case: a table clustered
CLUSTER item USING item_name;
-- case (no transaction): a table vacuumed in full
VACUUM FULL item;
-- case (no transaction): a table vacuumed
VACUUM item;
-- case: a table vacuumed in a transaction
VACUUM item;
-- case: a table analyzed
ANALYZE item;
-- case: a materialized view refreshed
REFRESH MATERIALIZED VIEW totals;
-- case: a materialized view refreshed, CONCURRENTLY
REFRESH MATERIALIZED VIEW CONCURRENTLY totals;
-- case: a materialized view refreshed, CONCURRENTLY without a unique index
REFRESH MATERIALIZED VIEW CONCURRENTLY plain_totals;
-- case: a materialized view made and refreshed in this plan
CREATE MATERIALIZED VIEW fresh AS SELECT kind FROM item WITH NO DATA;
REFRESH MATERIALIZED VIEW fresh;
-- case: a view replaced
CREATE OR REPLACE VIEW cheap AS SELECT id, name FROM item WHERE price < 20;
