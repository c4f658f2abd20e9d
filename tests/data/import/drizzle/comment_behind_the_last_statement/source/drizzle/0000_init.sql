CREATE TABLE a (id INTEGER) -- a
--> statement-breakpoint
-- nothing
--> statement-breakpoint
CREATE TABLE b (id INTEGER);