-- migrate:up
COPY users FROM stdin;
1	a
\.

-- migrate:down
DELETE FROM users;
