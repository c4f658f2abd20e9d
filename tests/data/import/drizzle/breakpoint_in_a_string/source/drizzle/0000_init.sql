CREATE TABLE a (x text DEFAULT 'a --> statement-breakpoint b');
