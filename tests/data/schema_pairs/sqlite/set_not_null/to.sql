CREATE TABLE crew (name TEXT, rank TEXT NOT NULL DEFAULT 'mate');
