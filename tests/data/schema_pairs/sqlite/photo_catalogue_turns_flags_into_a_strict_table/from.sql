CREATE TABLE Images (id INTEGER PRIMARY KEY, album INTEGER, name TEXT NOT NULL, status INTEGER NOT NULL, uniqueHash TEXT, UNIQUE (album, name));
CREATE TABLE Albums (id INTEGER PRIMARY KEY, relativePath TEXT NOT NULL, date DATE, UNIQUE (relativePath));
CREATE TABLE ImageTags (imageid INTEGER NOT NULL, tagid INTEGER NOT NULL, UNIQUE (imageid, tagid));
CREATE TABLE Tags (id INTEGER PRIMARY KEY, pid INTEGER, name TEXT NOT NULL, UNIQUE (name, pid));
CREATE TRIGGER delete_image DELETE ON Images BEGIN DELETE FROM ImageTags WHERE imageid = OLD.id; END;
CREATE TRIGGER insert_tag AFTER INSERT ON Tags BEGIN UPDATE Tags SET pid = NULL WHERE id = new.id AND pid = new.id; END;
CREATE VIEW Untagged AS SELECT id, name FROM Images WHERE id NOT IN (SELECT imageid FROM ImageTags);
