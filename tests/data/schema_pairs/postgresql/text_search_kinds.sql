-- pair: mapping changes
-- from
CREATE TEXT SEARCH CONFIGURATION c (COPY = english);
CREATE TABLE t (x text, v tsvector GENERATED ALWAYS AS (to_tsvector('public.c', x)) STORED);
-- to
CREATE TEXT SEARCH CONFIGURATION c (COPY = simple);
CREATE TABLE t (x text, v tsvector GENERATED ALWAYS AS (to_tsvector('public.c', x)) STORED);
-- rows
INSERT INTO t VALUES ('a');
-- pair: dictionary under a configuration
-- from
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = snowball, language = english);
CREATE TEXT SEARCH CONFIGURATION c (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING FOR asciiword WITH d;
-- to
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, stopwords = english);
CREATE TEXT SEARCH CONFIGURATION c (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING FOR asciiword WITH d, simple;
COMMENT ON TEXT SEARCH DICTIONARY d IS 'd';
COMMENT ON TEXT SEARCH CONFIGURATION c IS 'c';
ALTER TEXT SEARCH CONFIGURATION c OWNER TO rev_owner;
