CREATE TABLE :"Tab" (x text DEFAULT :'text');
SELECT :unknown;
