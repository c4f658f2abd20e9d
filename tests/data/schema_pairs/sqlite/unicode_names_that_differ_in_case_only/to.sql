-- rev:renamed from "Ärger"
CREATE TABLE "ärger" (
  id INTEGER PRIMARY KEY,
  "öl" TEXT NOT NULL DEFAULT 'ß' -- rev:renamed from "Öl"
);
CREATE INDEX "é" ON "ärger" ("öl");
