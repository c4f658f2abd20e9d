INSERT INTO a (n) VALUES ('a'), ('b'), ('c'); DELETE FROM a WHERE id = 3; INSERT INTO b (n) VALUES ('x'), ('y');
