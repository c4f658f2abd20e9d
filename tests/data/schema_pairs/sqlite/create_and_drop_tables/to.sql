-- expect: alter
CREATE TABLE kept (id INTEGER PRIMARY KEY);
CREATE TABLE new_child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES new_parent (id));
CREATE TABLE new_parent (id INTEGER PRIMARY KEY);
CREATE INDEX new_child_parent ON new_child (parent_id);
CREATE VIEW both AS SELECT new_child.id, new_parent.id AS parent FROM new_child JOIN new_parent ON parent_id = new_parent.id;
