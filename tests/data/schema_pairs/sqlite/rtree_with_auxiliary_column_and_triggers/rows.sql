INSERT INTO place VALUES (1, 5, 6), (2, 7, 8);
