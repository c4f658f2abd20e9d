CREATE TABLE place (id INTEGER PRIMARY KEY, lat REAL NOT NULL, lon REAL NOT NULL, name TEXT);
CREATE VIRTUAL TABLE place_r USING rtree (id, x0, x1, y0, y1, +name);
CREATE TRIGGER place_ai AFTER INSERT ON place BEGIN INSERT INTO place_r VALUES (NEW.id, NEW.lat, NEW.lat, NEW.lon, NEW.lon, NEW.name); END;
