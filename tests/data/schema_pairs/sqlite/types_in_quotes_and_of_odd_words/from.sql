CREATE TABLE t (id INTEGER PRIMARY KEY, a "my type", b [long text], c UNSIGNED BIG INT, d DECIMAL (10 , 2), e character varying(30), f 'quoted', g POINT(1,2));
