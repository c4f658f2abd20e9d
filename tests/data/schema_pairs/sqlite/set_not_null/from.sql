CREATE TABLE crew (name TEXT, rank TEXT DEFAULT 'mate');
