-- expect: unequal rows
CREATE VIRTUAL TABLE box USING rtree (id, x0, x1, y0, y1);
CREATE TABLE thing (id INTEGER PRIMARY KEY, box INTEGER, note TEXT);
CREATE VIEW thing_box AS SELECT thing.id, x0, x1, y0, y1 FROM thing JOIN box ON box.id = thing.box;
