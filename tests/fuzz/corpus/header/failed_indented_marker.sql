-- m
--
-- revision: a1
-- revises:

-- rev:upgrade sqlite
  -- rev:unless table t
SELECT 1;
