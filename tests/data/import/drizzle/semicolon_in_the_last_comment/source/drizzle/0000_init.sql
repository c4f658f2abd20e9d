CREATE TABLE a (id INTEGER) -- a;
--> statement-breakpoint
CREATE TABLE b (id INTEGER)
