CREATE TABLE a (p TEXT DEFAULT '${path}', l TEXT DEFAULT '${list}', f TEXT DEFAULT '${folder}', z TEXT DEFAULT '${last}');
