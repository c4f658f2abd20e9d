CREATE TABLE ticket (tkt_id INTEGER PRIMARY KEY, tkt_uuid TEXT UNIQUE, tkt_mtime DATE, tkt_ctime DATE, type TEXT CHECK (type IN ('code', 'doc')), status TEXT, priority TEXT);
CREATE TABLE ticketchng (tkt_id INTEGER REFERENCES ticket, tkt_rid INTEGER, tkt_mtime DATE, login TEXT);
CREATE INDEX ticketchng_idx1 ON ticketchng (tkt_id, tkt_mtime);
CREATE TABLE event (type TEXT, mtime DATETIME, objid INTEGER PRIMARY KEY, tagid INTEGER, uid INTEGER REFERENCES user, bgcolor TEXT, comment TEXT, omtime DATETIME);
CREATE TABLE user (uid INTEGER PRIMARY KEY, login TEXT UNIQUE COLLATE NOCASE, pw TEXT, cap TEXT, mtime DATE, info TEXT, jx TEXT DEFAULT '{}');
CREATE INDEX event_i1 ON event (mtime DESC);
CREATE VIEW artifact (rid, who, at) AS SELECT objid, (SELECT login FROM user WHERE user.uid = event.uid), datetime(event.mtime, 'julianday') FROM event ORDER BY 3 DESC;
