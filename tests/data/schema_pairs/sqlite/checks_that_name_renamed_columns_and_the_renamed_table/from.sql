CREATE TABLE span (lo INTEGER, hi INTEGER CHECK (hi <> 0), CONSTRAINT ordered CHECK (span.lo <= span.hi), CHECK (lo BETWEEN -100 AND 100));
