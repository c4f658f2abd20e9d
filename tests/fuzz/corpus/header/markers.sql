-- m
--
-- revision: a1
-- revises:

-- rev:upgrade
-- rev:unless column "a.b".c
ALTER TABLE "a.b" ADD c int;
-- rev:if SELECT 1 WHERE (true);
-- rev:ignore drop-table x
DROP TABLE t;

-- rev:downgrade
-- rev:repeat pause=100ms
DELETE FROM t;
