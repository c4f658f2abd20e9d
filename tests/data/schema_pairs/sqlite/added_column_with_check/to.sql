-- expect: alter
CREATE TABLE t (id INTEGER PRIMARY KEY, state TEXT NOT NULL DEFAULT 'new' CONSTRAINT state_ok CHECK (state IN ('new', 'old')));
