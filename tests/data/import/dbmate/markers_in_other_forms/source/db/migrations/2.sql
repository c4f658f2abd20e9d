--migrate:up foo:bar
CREATE TABLE b (i INTEGER);
--migrate:down