CREATE VIEW a AS SELECT * FROM :"registry".changes;
