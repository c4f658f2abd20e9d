CREATE TABLE place (id INTEGER PRIMARY KEY, lat REAL, lon REAL);
CREATE VIRTUAL TABLE place_r USING rtree (id, x0, x1, y0, y1);
CREATE TRIGGER place_ai AFTER INSERT ON place BEGIN INSERT INTO place_r VALUES (NEW.id, NEW.lat, NEW.lat, NEW.lon, NEW.lon); END;
