CREATE TABLE a (owner TEXT DEFAULT '${owner}');
