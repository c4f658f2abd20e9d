// An application that embeds rev trusts a database no more than the program does, and shows no secret.
#include <string>

#include "library/library_support.hpp"
#include "rev/run_result.hpp"
#include "support/postgres.hpp"

using rev::Error;
using rev::ExitCode;
using rev::Project;
using rev::RevisionText;
using rev::test::error_of;
using rev::test::line_of_three;
using rev::test::one_revision;
using rev::test::PostgresTestDatabase;

namespace {

/// A database in which a role without other rights may create things in the schema public.
class Strangers {
public:
    Strangers() {
        database.query("CREATE ROLE " + stranger() + "; GRANT CREATE ON SCHEMA public TO PUBLIC");
        plant("CREATE TABLE public.caught (who text); GRANT ALL ON public.caught TO PUBLIC");
    }
    ~Strangers() { database.query("DROP OWNED BY " + stranger() + "; DROP ROLE " + stranger()); }
    Strangers(const Strangers&) = delete;
    Strangers& operator=(const Strangers&) = delete;

    void plant(const std::string& sql) const {
        database.query("SET search_path = pg_catalog; SET ROLE " + stranger() + "; " + sql);
    }
    [[nodiscard]] std::string caught() const { return database.query("SELECT count(*) FROM public.caught"); }
    [[nodiscard]] std::string stranger() const { return database.name() + "_stranger"; }

    PostgresTestDatabase database;
};

/// All that a program could print of an error.
std::string text_of(const Error& error) {
    return std::string(error.what()) + "\n" + error.detail() + "\n" + error.hint() + "\n" + error.location().line_text;
}

}  // namespace

TEST_CASE_FIXTURE(Strangers, "an application believes no version table that a stranger has made") {
    plant("CREATE TABLE public.alembic_version (version_num varchar(32) PRIMARY KEY)");
    plant("INSERT INTO public.alembic_version VALUES ('c1'); GRANT ALL ON public.alembic_version TO PUBLIC");
    const auto project = Project::embedded(line_of_three());
    for (const auto& error : {error_of([&] { (void)project.upgrade(database.url()); }),
                              error_of([&] { (void)project.current(database.url()); }),
                              error_of([&] { (void)project.rows(database.url()); })}) {
        CHECK(error.exit_code() == ExitCode::database);
        CHECK(error.hint().find("OWNER TO") != std::string::npos);
        CHECK(error.location().file.empty());
    }
    CHECK(database.query("SELECT to_regclass('public.a1') IS NULL") == "t");
}

TEST_CASE_FIXTURE(Strangers, "an application runs no trigger and picks up no ledger of a stranger's") {
    plant(
        "CREATE TABLE public.rev_progress (version_table text, revision text, direction text, path text, statement int,"
        " statements int, line int, checksum text, changes text, started_at text, error text, session text,"
        " invalid_indexes text); GRANT ALL ON public.rev_progress TO PUBLIC");
    const auto text = one_revision("CREATE TABLE a1 (id integer);", "-- transaction: false\n");
    const auto project = Project::embedded(std::vector<RevisionText>{{"versions/a1.sql", text}});
    const auto error = error_of([&] { (void)project.upgrade(database.url()); });
    CHECK(error.exit_code() == ExitCode::database);
    CHECK(text_of(error).find("rev_progress") != std::string::npos);
    CHECK(database.query("SELECT to_regclass('public.a1') IS NULL") == "t");
}

TEST_CASE_FIXTURE(Strangers,
                  "an application's run is led to no function or operator that stands first in search_path") {
    plant(
        "CREATE FUNCTION public.catch(text, text) RETURNS boolean LANGUAGE plpgsql AS"
        " $$BEGIN INSERT INTO public.caught VALUES (current_user); RETURN true; END$$;"
        "CREATE OPERATOR public.= (leftarg = text, rightarg = text, function = public.catch);"
        "CREATE FUNCTION public.catch(varchar, varchar) RETURNS boolean LANGUAGE plpgsql AS"
        " $$BEGIN INSERT INTO public.caught VALUES (current_user); RETURN true; END$$;"
        "CREATE OPERATOR public.= (leftarg = varchar, rightarg = varchar, function = public.catch);"
        "CREATE FUNCTION public.setseed(numeric) RETURNS void LANGUAGE plpgsql AS"
        " $$BEGIN INSERT INTO public.caught VALUES (current_user); END$$;"
        "CREATE FUNCTION public.pg_advisory_unlock_all() RETURNS void LANGUAGE plpgsql AS"
        " $$BEGIN INSERT INTO public.caught VALUES (current_user); END$$;"
        "CREATE FUNCTION public.current_setting(text) RETURNS text LANGUAGE plpgsql AS"
        " $$BEGIN INSERT INTO public.caught VALUES (current_user); RETURN ''; END$$");
    database.query(
        "DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog',"
        " current_database()); END$$");
    auto files = line_of_three();
    const auto outside =
        "-- make b1\n--\n-- revision: b1\n-- revises: a1\n-- transaction: false\n\n-- rev:upgrade\n"
        "CREATE TABLE b1 (id integer);\nBEGIN;\nCOMMIT;\n\n-- rev:downgrade\nDROP TABLE b1;\n";
    files[1].text = outside;
    const auto project = Project::embedded(files);
    CHECK(project.upgrade(database.url()).steps.size() == 3);
    CHECK(project.current(database.url()).front()->id == "c1");
    CHECK(project.pending(database.url()).steps.empty());
    CHECK(project.downgrade(database.url(), "base").rows.empty());
    CHECK(caught() == "0");
}

TEST_CASE("no error that an application gets shows a password or the value of a secret variable") {
    const std::string secret = "hunter2-and-more";
    const PostgresTestDatabase database;
    const auto text =
        one_revision("CREATE TABLE a1 (id integer);\nSELECT :'api_token'::integer;", "-- variables: api_token\n");
    rev::Config config;
    config.variables["api_token"] = secret;
    const auto project = Project::embedded(std::vector<RevisionText>{{"versions/a1.sql", text}}, config);
    const auto failed = error_of([&] { (void)project.upgrade(database.url()); });
    CHECK(failed.sqlstate() == "22P02");
    CHECK(text_of(failed).find(secret) == std::string::npos);
    CHECK(database.query("SELECT error FROM rev_log WHERE event = 'fail'").find(secret) == std::string::npos);
    for (const auto& url :
         {"postgresql://app:" + secret + "@127.0.0.1:1/shop", "postgresql://app@127.0.0.1:1/shop?password=" + secret,
          "postgresql://app:" + secret + "@127.0.0.1:port/shop", "nonesuch://app:" + secret + "@db/shop"}) {
        CAPTURE(url);
        CHECK(text_of(error_of([&] { (void)project.rows(url); })).find(secret) == std::string::npos);
    }
}
