INSERT INTO doc (id, body) VALUES (1, '{"kind":"a","owner":3}'), (2, '{}'), (5, '{"owner":null}');
