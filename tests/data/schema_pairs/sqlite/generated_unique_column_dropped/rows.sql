INSERT INTO u (id, mail) VALUES (1, 'A@x'), (7, 'b@x');
