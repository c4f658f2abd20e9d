INSERT INTO slot VALUES ('mon', 'a'), ('tue', 'a');
INSERT INTO booking VALUES (1, 'mon', 'a'), (2, 'tue', 'a'), (3, NULL, 'b');
