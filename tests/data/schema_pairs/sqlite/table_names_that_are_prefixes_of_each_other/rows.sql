INSERT INTO log VALUES (1, 'a'), (2, 'b');
INSERT INTO log_entry VALUES (1, 2), (5, 1);
INSERT INTO log_entry_tag VALUES (5, 't'), (1, 'u');
