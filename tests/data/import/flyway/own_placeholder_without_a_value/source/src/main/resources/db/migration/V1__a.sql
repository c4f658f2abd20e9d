CREATE TABLE a (t TEXT DEFAULT '${flyway:user}');
