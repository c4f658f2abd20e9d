CREATE TABLE acc (id INTEGER PRIMARY KEY, owner TEXT, cents INTEGER);
CREATE VIEW acc_rich AS SELECT * FROM acc WHERE cents > 1000;
CREATE VIEW acc_names AS SELECT owner FROM acc_rich;
CREATE TRIGGER rich_in INSTEAD OF INSERT ON acc_rich BEGIN INSERT INTO acc (owner, cents) VALUES (new.owner, new.cents); END;
CREATE TRIGGER names_in INSTEAD OF INSERT ON acc_names BEGIN INSERT INTO acc_rich (owner, cents) VALUES (new.owner, 2000); END;
