CREATE TABLE page (page_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, page_namespace INTEGER NOT NULL, page_title BLOB NOT NULL, page_is_new INTEGER NOT NULL default 0, page_random REAL NOT NULL, page_restrictions BLOB default NULL);
CREATE UNIQUE INDEX name_title ON page (page_namespace, page_title);
CREATE TABLE revision (rev_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, rev_page INTEGER NOT NULL, rev_comment BLOB NOT NULL default '', rev_user INTEGER NOT NULL default 0, rev_user_text TEXT NOT NULL default '');
CREATE INDEX user_timestamp ON revision (rev_user);
