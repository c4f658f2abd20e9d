-- rev:renamed from log
CREATE TABLE logs (id INTEGER PRIMARY KEY, m TEXT);
-- rev:renamed from log_entry
CREATE TABLE log (id INTEGER PRIMARY KEY, log INTEGER REFERENCES logs (id), n INTEGER);
CREATE TABLE log_entry_tag (log_entry INTEGER REFERENCES log (id), tag TEXT);
CREATE VIEW log_v AS SELECT logs.m FROM logs JOIN log ON log.log = logs.id;
