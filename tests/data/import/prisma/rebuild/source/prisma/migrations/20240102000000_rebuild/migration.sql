-- RedefineTables
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_users" ("id" INTEGER PRIMARY KEY);
INSERT INTO "new_users" ("id") SELECT "id" FROM "users";
DROP TABLE "users";
ALTER TABLE "new_users" RENAME TO "users";
PRAGMA foreign_key_check;
PRAGMA foreign_keys=ON;
