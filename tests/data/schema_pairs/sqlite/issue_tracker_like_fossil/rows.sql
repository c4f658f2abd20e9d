INSERT INTO user VALUES (1, 'a', 'p', 's', ''), (2, 'b', NULL, NULL, NULL);
INSERT INTO event VALUES ('ci', 2459000.5, 10, NULL, 1, 'c');
INSERT INTO ticket VALUES (1, 'u', 1.5, 'code', 'open', 'low'), (2, NULL, NULL, NULL, NULL, NULL);
