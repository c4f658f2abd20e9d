CREATE TABLE hit (page TEXT, at INTEGER);
CREATE TABLE tally (page TEXT PRIMARY KEY, n INTEGER NOT NULL DEFAULT 0, last INTEGER);
CREATE TRIGGER count_it AFTER INSERT ON hit BEGIN
  INSERT INTO tally (page, n, last) VALUES (new.page, 1, new.at)
    ON CONFLICT (page) DO UPDATE SET n = n + 1, last = max(excluded.last, tally.last) WHERE excluded.last IS NOT NULL;
END;
