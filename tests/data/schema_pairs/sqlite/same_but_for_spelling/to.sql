-- expect: no change
CREATE TABLE "crew" (
  `id` INTEGER PRIMARY KEY, -- comment
  [Name] TEXT DEFAULT 'x' NOT NULL /* another */,
  CHECK ("name" <> '')
);
CREATE INDEX crew_name ON "crew" ("name");
CREATE VIEW names AS
  SELECT name FROM crew;
