CREATE TABLE userdata (userid INTEGER PRIMARY KEY, username TEXT);
CREATE INDEX by_name ON userdata (username);
CREATE VIEW names AS SELECT username FROM userdata;
