-- pair: event
-- both
CREATE FUNCTION ef() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
-- from
CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION ef();
-- to
CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION ef();
-- pair: tags
-- both
CREATE FUNCTION ef() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
-- from
CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION ef();
-- to
CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION ef();
-- pair: disabled, owner, comment
-- both
CREATE FUNCTION ef() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
-- from
CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION ef();
-- to
CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION ef();
ALTER EVENT TRIGGER e DISABLE;
COMMENT ON EVENT TRIGGER e IS 'e';
-- pair: its function changes
-- from
CREATE FUNCTION ef() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION ef();
-- to
CREATE SCHEMA s;
CREATE FUNCTION s.ef() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';
CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION s.ef();
