-- expect: alter
CREATE TABLE ship (id INTEGER PRIMARY KEY);
-- rev:renamed from crew
CREATE TABLE staff (id INTEGER PRIMARY KEY AUTOINCREMENT, boss INTEGER REFERENCES staff (id), ship INTEGER REFERENCES ship);
CREATE TABLE pay (crew_id INTEGER REFERENCES staff (id) ON DELETE CASCADE, amount REAL);
CREATE INDEX crew_boss ON staff (boss);
CREATE VIEW bosses AS SELECT DISTINCT boss FROM staff;
CREATE TRIGGER crew_gone AFTER DELETE ON staff BEGIN DELETE FROM pay WHERE crew_id = OLD.id; END;
