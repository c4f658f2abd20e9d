-- rev:renamed from t
CREATE TABLE u (
  id INTEGER PRIMARY KEY,
  b TEXT -- rev:renamed from a
);
CREATE VIEW broken AS SELECT x FROM not_there;
CREATE TABLE log (a TEXT);
CREATE TRIGGER broken_too AFTER INSERT ON log BEGIN INSERT INTO gone VALUES (1); END;
