// A role that may only create things in the schema, as everybody may up to PostgreSQL 14, tries to get its code run
// with the rights of the role that runs rev, or to mislead it.
#include <doctest/doctest.h>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {
namespace {

using Kind = DatabaseProject::Kind;

/// A role that may log in, dropped at the end.
class Role {
public:
    explicit Role(const std::string& what) : name_(admin_.name() + what) { admin_.query("CREATE ROLE " + name_); }
    ~Role() { admin_.query("DROP ROLE " + name_); }
    Role(const Role&) = delete;
    Role& operator=(const Role&) = delete;

    [[nodiscard]] const std::string& name() const { return name_; }

private:
    PostgresTestDatabase admin_;
    std::string name_;
};

/// A project on a database in which a stranger may create things in the schema public.
class Strangers {
public:
    Strangers() { database.query("GRANT CREATE ON SCHEMA public TO PUBLIC"); }

    /// Runs SQL as the stranger.
    void plant(const std::string& sql) const {
        database.query("SET search_path = pg_catalog; SET ROLE " + stranger.name() + "; " + sql);
    }
    std::string ask(const std::string& sql) const { return database.query("SET search_path = pg_catalog; " + sql); }
    /// Its trigger function, which notes who runs it.
    void plant_function() const {
        plant(
            "CREATE TABLE public.caught (who text); GRANT ALL ON public.caught TO PUBLIC;"
            "CREATE FUNCTION public.catch() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN INSERT INTO public.caught VALUES (current_user); RETURN NEW; END$$;"
            "CREATE FUNCTION public.catch_value() RETURNS text LANGUAGE plpgsql AS"
            " $$BEGIN INSERT INTO public.caught VALUES (current_user); RETURN 'x'; END$$;"
            "CREATE FUNCTION public.catch_check(text) RETURNS boolean LANGUAGE plpgsql AS"
            " $$BEGIN INSERT INTO public.caught VALUES (current_user); RETURN true; END$$");
    }
    [[nodiscard]] std::string caught() const { return ask("SELECT count(*) FROM public.caught"); }

    Role stranger{"_stranger"};
    DatabaseProject database{Kind::postgresql};
};

/// In place of everything that a statement of rev's could name: each raises an error when it is used.
constexpr const char* traps = R"(
DO $do$
DECLARE f record; number int := 0;
BEGIN
  FOR f IN SELECT o.oprname, o.oprleft::regtype AS l, o.oprright::regtype AS r, o.oprresult::regtype AS t
    FROM pg_operator o WHERE o.oprleft <> 0 AND o.oprname IN
      ('=', '<>', '<', '>', '<=', '>=', '~', '~~', '!~~', '||', '+', '-', '*', '/', '&&', '@>')
      AND NOT EXISTS (SELECT FROM pg_type y WHERE y.oid IN (o.oprleft, o.oprright) AND y.typtype = 'p')
  LOOP
    number := number + 1;
    EXECUTE format('CREATE FUNCTION public.trap%s(%s, %s) RETURNS %s LANGUAGE plpgsql AS '
      || '$f$BEGIN RAISE EXCEPTION ''trapped: operator''; END$f$', number, f.l, f.r, f.t);
    EXECUTE format('CREATE OPERATOR public.%s (leftarg = %s, rightarg = %s, function = public.trap%s)',
      f.oprname, f.l, f.r, number);
  END LOOP;
  FOR f IN SELECT p.proname AS n, oidvectortypes(p.proargtypes) AS a, format_type(p.prorettype, NULL) AS t
    FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND NOT p.proretset
      AND (p.proname ~ '^(pg_|current_|to_|quote_|array_|string_|row_sec|clock_|transaction_|has_|set_config|chr$|now$)'
        OR p.proname IN ('format', 'concat', 'host', 'lower', 'length', 'parse_ident', 'date_part', 'extract'))
      AND NOT EXISTS (SELECT FROM unnest(p.proargtypes || p.prorettype) x JOIN pg_type y ON y.oid = x
        WHERE y.typtype = 'p')
  LOOP
    EXECUTE format('CREATE FUNCTION public.%I(%s) RETURNS %s LANGUAGE plpgsql AS '
      || '$f$BEGIN RAISE EXCEPTION ''trapped: %s''; END$f$', f.n, f.a, f.t, f.n);
  END LOOP;
END $do$;
CREATE FUNCTION public.trap_count(bigint) RETURNS bigint LANGUAGE plpgsql AS
  $f$BEGIN RAISE EXCEPTION 'trapped: count'; END$f$;
CREATE AGGREGATE public.count(*) (sfunc = trap_count, stype = bigint, initcond = '0');
CREATE FUNCTION public.concat(text, bigint) RETURNS text LANGUAGE plpgsql AS
  $f$BEGIN RAISE EXCEPTION 'trapped: concat'; END$f$;
CREATE FUNCTION public.format(text, name, name) RETURNS text LANGUAGE plpgsql AS
  $f$BEGIN RAISE EXCEPTION 'trapped: format'; END$f$;
CREATE DOMAIN public.text AS pg_catalog.int4; CREATE DOMAIN public.name AS pg_catalog.int4;
CREATE DOMAIN public.oid AS pg_catalog.int4; CREATE DOMAIN public.regclass AS pg_catalog.int4;
CREATE TABLE public.pg_class (x int); CREATE TABLE public.pg_namespace (x int); CREATE TABLE public.pg_locks (x int);
CREATE TABLE public.pg_roles (x int); CREATE TABLE public.pg_stat_activity (x int); CREATE TABLE public.pg_depend (x int);
CREATE TABLE public.rev_touched (x int);
)";

}  // namespace

TEST_CASE_FIXTURE(Strangers, "what rev asks and changes for itself is led to nobody's operators, functions or types") {
    database.revision({.id = "a1", .upgrade = "CREATE TABLE made (x int);", .downgrade = "DROP TABLE made;"});
    database.revision({.id = "b1",
                       .revises = "a1",
                       .upgrade = "CREATE INDEX CONCURRENTLY made_x ON made (x);\nCREATE TABLE more (x int);",
                       .downgrade = "DROP TABLE more;\nDROP INDEX CONCURRENTLY made_x;",
                       .header = "transaction: false"});
    database.revision({.id = "c1",
                       .revises = "b1",
                       .upgrade = "CREATE TABLE third (x int);",
                       .downgrade = "DROP TABLE third;",
                       .sections = "\n-- rev:verify empty\nSELECT FROM third;\n"});
    plant("SET search_path = public, pg_catalog; SET search_path = pg_catalog, public; " + std::string(traps));
    // Named, the system's schema is searched where it stands, not first.
    ask("DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); "
        "END$$");
    CHECK(ask("SELECT count(*) FROM pg_operator WHERE oprnamespace = 'public'::regnamespace") > "100");
    for (const char* line : {"status", "ensure-version", "upgrade a1", "upgrade heads --rehearse", "upgrade heads",
                             "current -v", "history -i", "log", "verify", "status", "check --database-rights",
                             "downgrade -1 --yes", "stamp c1", "stamp --purge b1 --yes", "downgrade base --yes"}) {
        CAPTURE(line);
        const auto result = database.rev(line);
        CHECK_MESSAGE(result.exit_code <= 1, result.err);
        CHECK_FALSE(has(result.out + result.err, "trapped"));
    }
    CHECK(ask("SELECT count(*) FROM public.alembic_version") == "0");
    CHECK(ask("SELECT string_agg(event, ' ' ORDER BY id) FROM public.rev_log") ==
          "upgrade upgrade upgrade downgrade stamp stamp downgrade downgrade");
}

TEST_CASE_FIXTURE(Strangers,
                  "a section runs with the search_path of its session, and its own change of it ends with it") {
    ask("CREATE SCHEMA app; DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, public',"
        " current_database()); END$$");
    database.revision({.id = "a1", .upgrade = "CREATE TABLE here (x int);\nSET search_path = public;"});
    database.revision({.id = "b1",
                       .revises = "a1",
                       .upgrade = "INSERT INTO here VALUES (1);\nCREATE TABLE there (x int);",
                       .header = "transaction: false",
                       .sections = "\n-- rev:verify empty\nSELECT FROM here WHERE x <> 1;\n"});
    // A trigger that is due at the commit, behind rev's own changes, finds its tables as well.
    database.revision({.id = "c1",
                       .revises = "b1",
                       .upgrade = "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN\n"
                                  "  INSERT INTO there VALUES (7); RETURN NULL; END$$;\n"
                                  "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON here DEFERRABLE INITIALLY DEFERRED\n"
                                  "  FOR EACH ROW EXECUTE FUNCTION late();\nINSERT INTO here VALUES (2);"});
    for (const char* mode : {"upgrade a1", "upgrade b1", "verify", "upgrade head --rehearse", "upgrade head"})
        expect(database, mode);
    CHECK(ask("SELECT x FROM app.there") == "7");
    CHECK(ask("SELECT version_num FROM app.alembic_version") == "c1");
}

TEST_CASE_FIXTURE(Strangers, "a table that somebody else made under a name of rev's is not picked up") {
    write_line(database);
    plant_function();
    for (const char* table :
         {"alembic_version (version_num varchar(32) PRIMARY KEY)", "rev_log (id int, event text, revision text)",
          "rev_progress (revision text, direction text, statement bigint, version_table text)"}) {
        CAPTURE(table);
        plant("CREATE TABLE public." + std::string(table) + "; GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC");
        for (const char* line : {"upgrade head", "current", "status", "stamp a1", "ensure-version"}) {
            const auto result = expect(database, line, 4);
            CHECK(has(result.out + result.err, "belongs to " + stranger.name()));
            CHECK(has(result.out + result.err, "OWNER TO \"postgres\""));
        }
        plant("DROP TABLE public." + std::string(table).substr(0, std::string(table).find(' ')));
    }
    expect(database, "upgrade head");
    CHECK(caught() == "0");
}

TEST_CASE_FIXTURE(Strangers,
                  "what runs a stranger's code when a row is written makes rev's table one that is refused") {
    database.revision({.id = "a1", .upgrade = "SELECT 1;"});
    database.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT 1;"});
    expect(database, "upgrade a1");
    plant_function();
    plant("CREATE DOMAIN public.evil AS text CHECK (public.catch_check(VALUE))");
    struct Trick {
        const char* plant;
        const char* mend;
        const char* said;
    };
    for (const Trick& trick : {
             Trick{"CREATE TRIGGER t BEFORE INSERT OR UPDATE ON alembic_version FOR EACH ROW EXECUTE FUNCTION catch()",
                   "DROP TRIGGER t ON alembic_version", "function catch()"},
             Trick{"ALTER TABLE rev_log ADD COLUMN x text DEFAULT catch_value()", "ALTER TABLE rev_log DROP COLUMN x",
                   "function catch_value()"},
             Trick{"ALTER TABLE rev_log ADD CONSTRAINT c CHECK (catch_check(event))",
                   "ALTER TABLE rev_log DROP CONSTRAINT c", "function catch_check"},
             Trick{"ALTER TABLE rev_log ADD COLUMN x evil", "ALTER TABLE rev_log DROP COLUMN x", "type evil"},
             Trick{"CREATE RULE r AS ON INSERT TO rev_log DO ALSO SELECT catch_value()", "DROP RULE r ON rev_log",
                   "rule r"},
             Trick{"CREATE TABLE child () INHERITS (rev_log)", "DROP TABLE child", "by inheritance: child"},
         }) {
        CAPTURE(trick.plant);
        database.query(trick.plant);
        const auto before =
            caught();  // the making of a column may have run the stranger's code, as the one who made it
        const auto result = expect(database, "upgrade b1", 4);
        CHECK_MESSAGE(has(result.err, trick.said), result.err);
        CHECK(has(result.err, "hint: "));
        expect(database, "log", 4);
        CHECK(caught() == before);
        database.query(trick.mend);
    }
    expect(database, "upgrade b1");
}

TEST_CASE_FIXTURE(Strangers, "what the owner has added to rev's tables is the owner's business") {
    write_line(database);
    expect(database, "upgrade a1");
    database.query(
        "CREATE TABLE audit (what text); CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN INSERT INTO audit VALUES (NEW.version_num); RETURN NEW; END$$;"
        "CREATE TRIGGER note AFTER UPDATE ON alembic_version FOR EACH ROW EXECUTE FUNCTION note()");
    expect(database, "upgrade head");
    CHECK(database.query("SELECT string_agg(what, ' ') FROM audit") == "b1 c1");
}

TEST_CASE_FIXTURE(Strangers, "a view or a partitioned table is no version table") {
    write_line(database);
    database.query("CREATE VIEW alembic_version AS SELECT 'a1'::varchar AS version_num");
    CHECK(has(error_of(expect(database, "current", 4)), "is a view"));
    database.query(
        "DROP VIEW alembic_version; CREATE TABLE alembic_version (version_num varchar) PARTITION BY LIST "
        "(version_num)");
    CHECK(has(error_of(expect(database, "upgrade head", 4)), "is a partitioned table"));
}

TEST_CASE_FIXTURE(Strangers, "rows that row security hides are an error, not an empty table") {
    const Role deployer("_deployer");
    write_line(database);
    expect(database, "upgrade head");
    const auto url = database.url;
    ask("ALTER ROLE " + deployer.name() + " LOGIN PASSWORD 'deploys'; GRANT ALL ON ALL TABLES IN SCHEMA public TO " +
        deployer.name());
    const auto host = url.substr(url.find('@'));
    for (const char* table : {"alembic_version", "rev_log"}) {
        CAPTURE(table);
        database.query("ALTER TABLE " + std::string(table) + " ENABLE ROW LEVEL SECURITY");
        database.url = "postgresql://" + deployer.name() + ":deploys" + host;
        for (const char* line : {"current", "status", "log", "upgrade head", "downgrade base --yes"}) {
            const auto result = expect(database, line, 4);
            CHECK(has(result.out + result.err, "row security may hide rows"));
            CHECK(has(result.out + result.err, "DISABLE ROW LEVEL SECURITY"));
        }
        database.url = url;
        expect(database, "current");  // its owner sees all of them
        database.query("ALTER TABLE " + std::string(table) + " DISABLE ROW LEVEL SECURITY");
    }
    database.query("DROP OWNED BY " + deployer.name());
}

TEST_CASE_FIXTURE(Strangers, "rev says who else may change its tables, and the REVOKE that it names mends it") {
    write_line(database);
    // As Supabase's default privileges do.
    database.query("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO " + stranger.name() +
                   "; ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT INSERT ON TABLES TO PUBLIC");
    expect(database, "check --database-rights");
    expect(database, "upgrade head");
    CHECK(has(expect(database, "status").out, stranger.name() + " may DELETE, INSERT, TRIGGER, TRUNCATE, UPDATE"));
    CHECK(has(expect(database, "status --json").out, "\"foreign_grants\""));
    expect(database, "status --exit-code");
    // Its SQL could be theirs.
    CHECK(has(error_of(expect(database, "downgrade -1 --from-log --yes", 4)), "the SQL of the log cannot be trusted"));
    const auto result = expect(database, "check --database-rights", 1);
    CHECK(has(result.out, "PUBLIC may INSERT \"public\".alembic_version"));
    CHECK(has(expect(database, "check --database-rights --format github", 1).out, "::error title=foreign_rights::"));
    std::string revokes;
    for (std::size_t at = 0; (at = result.out.find("hint: ", at)) != std::string::npos;) {
        at += 6;
        revokes += result.out.substr(at, result.out.find('\n', at) - at) + ";";
    }
    database.query(revokes);
    expect(database, "check --database-rights");
    CHECK_FALSE(has(expect(database, "status").out, "REVOKE"));
    // A grant of one column counts too.
    database.query("GRANT UPDATE (version_num) ON alembic_version TO " + stranger.name());
    CHECK(has(expect(database, "check --database-rights", 1).out, stranger.name() + " may UPDATE"));
    database.query("DROP OWNED BY " + stranger.name());
}

TEST_CASE_FIXTURE(Strangers, "tables of the database's owner are believed by a role that may use them") {
    const Role deployer("_deployer");
    const Role owner("_owner");
    write_line(database);
    expect(database, "stamp a1");
    database.query("ALTER ROLE " + deployer.name() +
                   " LOGIN PASSWORD 'deploys'; ALTER TABLE alembic_version OWNER TO " + owner.name() +
                   "; ALTER TABLE rev_log OWNER TO " + owner.name() + "; GRANT ALL ON ALL TABLES IN SCHEMA public TO " +
                   deployer.name());
    const auto url = database.url;
    database.url = "postgresql://" + deployer.name() + ":deploys" + url.substr(url.find('@'));
    expect(database, "current", 4);
    database.query("GRANT " + owner.name() + " TO " + deployer.name());
    expect(database, "current");
    database.query("REVOKE " + owner.name() + " FROM " + deployer.name());
    expect(database, "current", 4);
    database.query("DO $$BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO " + owner.name() +
                   "', current_database()); END$$");
    expect(database, "upgrade head");
    database.query(
        "DO $$BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO postgres', current_database()); END$$;"
        "DROP OWNED BY " +
        deployer.name() + ", " + owner.name());
}

TEST_CASE_FIXTURE(Strangers, "a temporary table of the session hides no table of rev's") {
    ask("CREATE SCHEMA app; DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, public',"
        " current_database()); END$$");
    // The version table is in the second schema of the path.
    database.query("CREATE TABLE public.alembic_version (version_num varchar(32) PRIMARY KEY)");
    database.revision({.id = "a1",
                       .upgrade =
                           "CREATE TEMPORARY TABLE alembic_version (version_num text);\nCREATE TEMPORARY TABLE "
                           "rev_progress (x int);\nCREATE TEMPORARY TABLE pg_class (x int);\nCREATE TABLE t (x int);",
                       .header = "transaction: false"});
    database.revision({.id = "b1", .revises = "a1", .upgrade = "CREATE TEMPORARY TABLE rev_log (x int);"});
    expect(database, "upgrade head");
    CHECK(ask("SELECT version_num FROM public.alembic_version") == "b1");
    CHECK(ask("SELECT count(*) FROM public.rev_log") == "2");
}

TEST_CASE_FIXTURE(Strangers, "a refused table of rev's own is no failed revision: exit 4, no place, and what to do") {
    const Role deployer("_deployer");
    ask("REVOKE CREATE ON SCHEMA public FROM PUBLIC; ALTER ROLE " + deployer.name() + " LOGIN PASSWORD 'deploys'");
    write_line(database);
    const auto url = database.url;
    database.url = "postgresql://" + deployer.name() + ":deploys" + url.substr(url.find('@'));
    for (const char* line : {"ensure-version", "upgrade head", "stamp a1"}) {
        const auto result = expect(database, line, 4);
        CHECK(has(result.err, "GRANT CREATE ON SCHEMA \"public\" TO \"" + deployer.name() + "\""));
        CHECK_FALSE(has(result.err, "  at "));
    }
    ask("GRANT CREATE ON SCHEMA public TO PUBLIC; ALTER ROLE " + deployer.name() +
        " SET default_transaction_read_only = on");
    CHECK(has(hint_of(expect(database, "upgrade head", 4)), "default_transaction_read_only"));
    ask("ALTER ROLE " + deployer.name() + " RESET default_transaction_read_only");
    database.query(
        "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'no tables here'; "
        "END$$;"
        "CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION refuse()");
    const auto result = expect(database, "upgrade head", 4);
    CHECK(has(result.err, "no tables here"));
    CHECK_FALSE(has(result.err, "  at "));
    CHECK(has(result.err, "hint: "));
}

TEST_CASE("a version row that is there twice is an error that stamp --purge mends") {
    for (const auto kind : both) {
        const DatabaseProject database(kind);
        write_line(database);
        database.query("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)");
        database.query("INSERT INTO alembic_version VALUES ('a1'), ('a1'), ('b1')");
        for (const char* line : {"upgrade head", "downgrade base --yes", "stamp b1"})
            CHECK(has(error_of(expect(database, line, 4)), "holds 'a1' more than once"));
        const auto status = expect(database, "status").out;
        CHECK(has(status, "more than once"));
        CHECK(has(status.substr(status.find("Next")), "rev stamp --purge"));
        CHECK(has(hint_of(expect(database, "upgrade head", 4)), "stamp --purge"));
        expect(database, "stamp --purge a1 --yes");
        CHECK(database.rows() == "a1");
        expect(database, "upgrade head");
        CHECK(database.rows() == "c1");
    }
}

TEST_CASE("a version table without its column is refused alike on both engines") {
    for (const auto kind : both) {
        const DatabaseProject database(kind);
        write_line(database);
        database.query("CREATE TABLE alembic_version (something text)");
        for (const char* line : {"current", "upgrade head", "stamp --purge a1 --yes"})
            CHECK(has(error_of(expect(database, line, 4)), "no column version_num"));
    }
}

TEST_CASE("a version table without any column, which only PostgreSQL has, does not pass for a missing one") {
    const DatabaseProject database(DatabaseProject::Kind::postgresql);
    write_line(database);
    database.query("CREATE TABLE alembic_version ()");
    for (const char* line : {"current", "upgrade head", "stamp a1", "ensure-version"})
        CHECK(has(error_of(expect(database, line, 4)), "has no columns"));
}

}  // namespace rev::test
