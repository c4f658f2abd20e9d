CREATE TABLE "schema_info" ("version" varchar NOT NULL PRIMARY KEY);
-- rev:renamed from posts
CREATE TABLE "articles" (
  "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  "title" varchar DEFAULT '' NOT NULL,
  "content" text, -- rev:renamed from body
  "user_id" integer, -- rev:renamed from author_id
  "created_at" datetime(6) DEFAULT CURRENT_TIMESTAMP NOT NULL,
  "published" boolean DEFAULT FALSE,
  CONSTRAINT "fk_rails_5b" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX "index_articles_on_user_id" ON "articles" ("user_id");
-- rev:renamed from authors
CREATE TABLE "users" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar DEFAULT 'Anonymous', "admin" boolean DEFAULT 0 NOT NULL, "role" integer DEFAULT 0);
-- rev:renamed from posts_tags
CREATE TABLE "taggings" (
  "article_id" integer NOT NULL, -- rev:renamed from post_id
  "tag_id" integer NOT NULL
);
CREATE UNIQUE INDEX "index_taggings" ON "taggings" ("article_id", "tag_id");
