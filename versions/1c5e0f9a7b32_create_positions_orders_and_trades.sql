-- create positions, orders and trades
--
-- Where the application began: one portfolio for each installation, so nothing says whose a row is.
--
-- The comment that opens a revision file is its header. The first line is the message that `rev history` shows; the
-- last paragraph names the revision and its parents. An empty `revises:` makes this a base, the start of a history.
--
-- revision: 1c5e0f9a7b32
-- revises:
-- created: 2026-01-12 09:14:03Z

-- rev:upgrade

-- INTEGER and NUMERIC mean what they say on PostgreSQL and are understood by SQLite, so one section serves both.
CREATE TABLE positions (
    id INTEGER PRIMARY KEY,
    symbol VARCHAR(32) NOT NULL,
    quantity NUMERIC(18, 4) NOT NULL,
    price NUMERIC(18, 4) NOT NULL
);
-- An index rather than a UNIQUE constraint: SQLite cannot drop a constraint, and a later revision has to.
CREATE UNIQUE INDEX positions_symbol ON positions (symbol);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    symbol VARCHAR(32) NOT NULL,
    side VARCHAR(4) NOT NULL CHECK (side IN ('buy', 'sell')),
    quantity NUMERIC(18, 4) NOT NULL CHECK (quantity > 0),
    placed_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE trades (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    quantity NUMERIC(18, 4) NOT NULL CHECK (quantity > 0),
    price NUMERIC(18, 4) NOT NULL,
    traded_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX trades_order_id ON trades (order_id);

-- rev:downgrade
DROP TABLE trades;
DROP TABLE orders;
DROP TABLE positions;
