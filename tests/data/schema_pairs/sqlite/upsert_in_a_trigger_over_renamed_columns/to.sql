CREATE TABLE hit (
  url TEXT, -- rev:renamed from page
  at INTEGER
);
CREATE TABLE tally (
  url TEXT PRIMARY KEY, -- rev:renamed from page
  n INTEGER NOT NULL DEFAULT 0,
  latest INTEGER -- rev:renamed from last
);
CREATE TRIGGER count_it AFTER INSERT ON hit BEGIN
  INSERT INTO tally (url, n, latest) VALUES (new.url, 1, new.at)
    ON CONFLICT (url) DO UPDATE SET n = n + 1, latest = max(excluded.latest, tally.latest) WHERE excluded.latest IS NOT NULL;
END;
