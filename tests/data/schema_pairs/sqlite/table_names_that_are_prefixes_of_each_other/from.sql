CREATE TABLE log (id INTEGER PRIMARY KEY, m TEXT);
CREATE TABLE log_entry (id INTEGER PRIMARY KEY, log INTEGER REFERENCES log (id));
CREATE TABLE log_entry_tag (log_entry INTEGER REFERENCES log_entry (id), tag TEXT);
CREATE VIEW log_v AS SELECT log.m FROM log JOIN log_entry ON log_entry.log = log.id;
