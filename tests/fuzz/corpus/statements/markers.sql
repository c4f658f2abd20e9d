-- rev:unless column t.c
ALTER TABLE t ADD c;
SELECT '
-- rev:if table x
';
/*
-- rev:repeat
*/
-- rev:repeat pause=1s
DELETE FROM t
-- rev:if type a.b
;-- rev:if x
SELECT $$
-- rev:if
$$