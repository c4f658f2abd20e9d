CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  z TEXT DEFAULT "x" CHECK (z <> "none" AND z IN ("x", "Y", "z w")), -- rev:renamed from a
  b TEXT AS (coalesce(z, "Nothing")),
  "c" TEXT
);
CREATE TABLE other (n TEXT CHECK (n <> "Void"), "none" TEXT);
CREATE VIEW v AS SELECT t."c" AS "Out", "said" AS "What" FROM "t" WHERE "t"."z" LIKE "x%";
CREATE TRIGGER g AFTER UPDATE ON other WHEN new.n = "Go" BEGIN INSERT INTO t (z) SELECT "n" || "Lit" FROM other; END;
