CREATE TABLE "schema_info" ("version" varchar NOT NULL PRIMARY KEY);
CREATE TABLE "posts" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "title" varchar, "body" text, "author_id" integer, "created_at" datetime(6) NOT NULL, CONSTRAINT "fk_rails_5b" FOREIGN KEY ("author_id") REFERENCES "authors" ("id"));
CREATE INDEX "index_posts_on_author_id" ON "posts" ("author_id");
CREATE TABLE "authors" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar DEFAULT 'Anon', "admin" boolean DEFAULT 0);
CREATE TABLE "posts_tags" ("post_id" integer NOT NULL, "tag_id" integer NOT NULL);
CREATE UNIQUE INDEX "index_posts_tags" ON "posts_tags" ("post_id", "tag_id");
