CREATE INDEX CONCURRENTLY "i" ON "users" ("name");
