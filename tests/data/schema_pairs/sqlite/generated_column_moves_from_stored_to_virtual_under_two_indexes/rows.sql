INSERT INTO item (id, price, tax, label) VALUES (3, 10, 0.1, 'B'), (9, 100, 0.2, 'a'), (10, 0, 0, NULL);
