INSERT INTO art VALUES (1, 'a word'), (2, 'none');
