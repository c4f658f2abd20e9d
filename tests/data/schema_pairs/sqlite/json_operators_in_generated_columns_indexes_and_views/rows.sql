INSERT INTO ev (id, doc) VALUES (2, '{"who":{"name":"a"},"tags":[1,null]}'), (8, '{}');
