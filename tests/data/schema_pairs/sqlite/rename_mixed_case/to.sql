-- expect: alter
-- rev:renamed from "User"
CREATE TABLE "Account" (
  id INTEGER PRIMARY KEY,
  "madeAt" TEXT, -- rev:renamed from "createdAt"
  CHECK ("madeAt" <> '')
);
CREATE INDEX "User_createdAt_idx" ON "Account" ("madeAt");
