CREATE TABLE t (a INTEGER, b INTEGER, s INTEGER AS (a * b) STORED, v TEXT AS (a || '-' || b));
