INSERT INTO doc VALUES (1, 'a', 'hello world'), (5, 'b', 'other words');
