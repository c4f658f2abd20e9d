CREATE TABLE a (id INTEGER);
--> statement-breakpoint
-- nothing
