INSERT INTO cell VALUES (1, 2, 'a'), (2, 1, NULL);
INSERT INTO mark VALUES (1, 2, 'm'), (2, 1, 'n');
