CREATE TABLE acc (id INTEGER PRIMARY KEY, owner TEXT NOT NULL DEFAULT 'nobody', cents NUMERIC CHECK (cents >= 0), since TEXT DEFAULT CURRENT_DATE);
CREATE VIEW acc_rich AS SELECT * FROM acc WHERE cents > 1000;
CREATE VIEW acc_names AS SELECT owner FROM acc_rich;
CREATE TRIGGER rich_in INSTEAD OF INSERT ON acc_rich BEGIN INSERT INTO acc (owner, cents, since) VALUES (new.owner, new.cents, new.since); END;
CREATE TRIGGER names_in INSTEAD OF INSERT ON acc_names BEGIN INSERT INTO acc_rich (owner, cents) VALUES (new.owner, 2000); END;
