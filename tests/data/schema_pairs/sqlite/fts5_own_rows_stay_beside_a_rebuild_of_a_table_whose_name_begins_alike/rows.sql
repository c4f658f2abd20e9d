INSERT INTO docs VALUES (1, '1');
INSERT INTO docs_search (rowid, text) VALUES (1, 'find me'), (12, 'and me');
INSERT INTO docs_search_log VALUES ('me', NULL), (NULL, 'x');
