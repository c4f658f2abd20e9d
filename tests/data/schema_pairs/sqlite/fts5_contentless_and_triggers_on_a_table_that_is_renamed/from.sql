CREATE TABLE mail (id INTEGER PRIMARY KEY, subject TEXT, body TEXT);
CREATE VIRTUAL TABLE mail_index USING fts5 (subject, body, content='');
CREATE TRIGGER mail_in AFTER INSERT ON mail BEGIN INSERT INTO mail_index (rowid, subject, body) VALUES (new.id, new.subject, new.body); END;
CREATE TRIGGER mail_up AFTER UPDATE OF subject, body ON mail BEGIN
  INSERT INTO mail_index (mail_index, rowid, subject, body) VALUES ('delete', old.id, old.subject, old.body);
  INSERT INTO mail_index (rowid, subject, body) VALUES (new.id, new.subject, new.body);
END;
