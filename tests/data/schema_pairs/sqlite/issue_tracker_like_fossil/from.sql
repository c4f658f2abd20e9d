CREATE TABLE ticket (tkt_id INTEGER PRIMARY KEY, tkt_uuid TEXT UNIQUE, tkt_mtime DATE, type TEXT, status TEXT, severity TEXT);
CREATE TABLE event (type TEXT, mtime DATETIME, objid INTEGER PRIMARY KEY, tagid INTEGER, uid INTEGER REFERENCES user, comment TEXT);
CREATE TABLE user (uid INTEGER PRIMARY KEY, login TEXT UNIQUE, pw TEXT, cap TEXT, info TEXT);
CREATE INDEX event_i1 ON event (mtime);
CREATE VIEW artifact (rid, who) AS SELECT objid, (SELECT login FROM user WHERE user.uid = event.uid) FROM event;
