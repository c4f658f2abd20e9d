DROP TRIGGER no_insert;
INSERT INTO ledger VALUES (1, 5), (2, 5000);
INSERT INTO line VALUES (1, 'a'), (2, 'b');
CREATE TRIGGER no_insert BEFORE INSERT ON ledger WHEN new.amount > 1000 BEGIN SELECT RAISE(ABORT, 'too much'); END;
