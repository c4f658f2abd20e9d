CREATE TABLE users (id INTEGER);
--> statement-breakpoint
CREATE INDEX by_id ON users (id);