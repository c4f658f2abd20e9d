CREATE TABLE a (o TEXT DEFAULT '${owner}', m INTEGER DEFAULT ${max.size});
