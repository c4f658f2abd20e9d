CREATE TABLE ${n} (x TEXT DEFAULT '$${n}', y TEXT DEFAULT '$$${n}');
