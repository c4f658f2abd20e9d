CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  PERFORM 1;
--> statement-breakpoint
END $$;
