CREATE TABLE "User" (id INTEGER PRIMARY KEY, "createdAt" TEXT, CHECK ("createdAt" <> ''));
CREATE INDEX "User_createdAt_idx" ON "User" ("createdAt");
