-- rev:renamed from span
CREATE TABLE range_of (
  low INTEGER, -- rev:renamed from lo
  high INTEGER CHECK (high <> 0), -- rev:renamed from hi
  CONSTRAINT ordered CHECK (range_of.low <= range_of.high), CHECK (low BETWEEN -100 AND 100)
);
