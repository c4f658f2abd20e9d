CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT DEFAULT "x" CHECK (a <> "none" AND a IN ("x", "Y", "z w")), b TEXT AS (coalesce(a, "Nothing")), "c" TEXT);
CREATE TABLE other (n TEXT CHECK (n <> "Void"), "none" TEXT);
CREATE VIEW v AS SELECT t."c" AS "Out", "said" AS "What" FROM "t" WHERE "t"."a" LIKE "x%";
CREATE TRIGGER g AFTER UPDATE ON other WHEN new.n = "Go" BEGIN INSERT INTO t (a) SELECT "n" || "Lit" FROM other; END;
