-- schema before portfolios were scoped
--
-- What the application's own start-up code used to create. Files in the field have this already: they are adopted with
-- `rev stamp 0b1f6a2c9d40`.
--
-- revision: 0b1f6a2c9d40
-- revises:
-- created: 2026-05-04 08:00:00Z

-- rev:upgrade
CREATE TABLE portfolios (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE positions (
    id INTEGER PRIMARY KEY,
    symbol TEXT NOT NULL,
    quantity REAL NOT NULL,
    cost REAL NOT NULL
);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    symbol TEXT NOT NULL,
    side TEXT NOT NULL,
    quantity REAL NOT NULL
);
CREATE TABLE trades (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    quantity REAL NOT NULL,
    price REAL NOT NULL
);
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT
);

-- rev:downgrade
DROP TABLE events;
DROP TABLE trades;
DROP TABLE orders;
DROP TABLE positions;
DROP TABLE portfolios;
