CREATE TABLE a (x int);
--> statement-breakpoint
CREATE TRIGGER t AFTER INSERT ON a BEGIN
  UPDATE a SET x = 1;
--> statement-breakpoint
  UPDATE a SET x = 2;
END;
