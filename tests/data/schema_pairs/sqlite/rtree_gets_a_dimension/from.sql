CREATE VIRTUAL TABLE box USING rtree (id, x0, x1);
CREATE TABLE thing (id INTEGER PRIMARY KEY, box INTEGER);
CREATE VIEW thing_box AS SELECT thing.id, x0, x1 FROM thing JOIN box ON box.id = thing.box;
