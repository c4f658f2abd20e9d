INSERT INTO w VALUES ('a', 1, 1), ('b', 'x', 2), ('c', x'00', 3), ('d', NULL, 4);
