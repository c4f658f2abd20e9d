// A team's Alembic habits on PostgreSQL: its whole list of commands, its .env, its mistakes with URLs.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "scenarios/scenario.hpp"

namespace {

using rev::test::Environment;
using rev::test::expect;
using rev::test::has;
using rev::test::postgres_database;
using rev::test::ProgramResult;
using rev::test::scenario;
using rev::test::ScenarioDatabase;
using rev::test::TemporaryProject;

constexpr const char* users = "001_create_users_table";
constexpr const char* portfolios = "002_create_portfolios_table";
constexpr const char* activity = "003_index_user_activity";

/// The URL as the application's asynchronous driver wants it.
std::string with_driver(std::string url) { return url.replace(0, url.find(':'), "postgresql+asyncpg"); }

std::string replaced(std::string text, const std::string& part, const std::string& by) {
    const auto at = text.find(part);
    REQUIRE(at != std::string::npos);
    return text.replace(at, part.size(), by);
}

struct Team {
    Team() : project(scenario("portfolio_optimizer")), database(postgres_database()) { use(database->url()); }

    void use(const std::string& url) const { project->write(".env", "DATABASE_URL=" + with_driver(url) + "\n"); }

    /// Runs rev with nothing but .env to tell the database.
    ProgramResult rev(std::string_view line, int exit_code = 0) const {
        auto result = rev::test::run_rev(rev::test::words(line), {project->path(), {}, {}});
        INFO("rev ", std::string(line), "\n", result.out, result.err);
        REQUIRE(result.exit_code == exit_code);
        return result;
    }

    /// The id of the newest file that `rev revision` or `rev merge` wrote.
    [[nodiscard]] std::string created(const ProgramResult& result) const {
        for (const auto& entry : std::filesystem::directory_iterator(project->path() / "versions")) {
            const auto name = entry.path().filename().string();
            if (has(result.out + result.err, name)) return name.substr(0, name.find('_'));
        }
        FAIL("no file named in: ", result.out, result.err);
        return {};
    }

    std::unique_ptr<TemporaryProject> project;
    std::unique_ptr<ScenarioDatabase> database;
};

}  // namespace

TEST_CASE_FIXTURE(Team, "upgrade head builds the users table as it was asked for") {
    rev("upgrade head");

    CHECK(database->versions() == activity);
    CHECK(database->query("SELECT column_name, data_type, is_nullable FROM information_schema.columns"
                          " WHERE table_name = 'users' ORDER BY ordinal_position;") ==
          "id|uuid|NO\nsession_id|character varying|NO\nconnected_at|timestamp with time zone|NO\n"
          "last_active_at|timestamp with time zone|NO\nmetadata_|jsonb|YES");
    CHECK(database->query("SELECT indexdef FROM pg_indexes WHERE tablename = 'users' ORDER BY indexname;") ==
          "CREATE INDEX ix_users_last_active_at ON public.users USING btree (last_active_at DESC)\n"
          "CREATE UNIQUE INDEX ix_users_session_id ON public.users USING btree (session_id)\n"
          "CREATE UNIQUE INDEX users_pkey ON public.users USING btree (id)");
    database->query("INSERT INTO users (session_id, metadata_) VALUES ('s1', '{\"browser\": \"lynx\"}');");
    CHECK(database->run("INSERT INTO users (session_id) VALUES ('s1');").exit_code != 0);
}

TEST_CASE_FIXTURE(Team, "current and history say what Alembic would say") {
    CHECK(rev("current").out.empty());
    rev(std::string("upgrade ") + portfolios);

    CHECK(rev("current").out == "002_create_portfolios_table\n");
    CHECK(rev("history").out ==
          "002_create_portfolios_table -> 003_index_user_activity (head), index user activity\n"
          "001_create_users_table -> 002_create_portfolios_table, create portfolios table\n"
          "<base> -> 001_create_users_table, create users table\n");
    const auto verbose = rev("history --verbose").out;
    CHECK(has(verbose, "Rev: 003_index_user_activity (head)"));
    CHECK(has(verbose, "Parent: 002_create_portfolios_table"));
    CHECK(has(verbose, "003_index_user_activity.sql"));
    CHECK(has(rev("history -i").out, "002_create_portfolios_table (current)"));
    rev("upgrade head");
    CHECK(rev("current").out == "003_index_user_activity (head)\n");
}

TEST_CASE_FIXTURE(Team, "downgrades go one step, to a revision, and to base") {
    rev("upgrade head");

    rev("downgrade -1");
    CHECK(database->versions() == portfolios);
    CHECK(database->query("SELECT to_regclass('ix_users_last_active_at') IS NULL;") == "t");
    rev(std::string("downgrade ") + users);
    CHECK(database->versions() == users);
    CHECK(database->query("SELECT to_regclass('portfolios') IS NULL, to_regclass('users') IS NULL;") == "t|f");
    rev("upgrade +1");
    CHECK(database->versions() == portfolios);
    rev("downgrade base");
    CHECK(database->versions().empty());
    CHECK(database->query("SELECT to_regclass('users') IS NULL;") == "t");
    CHECK(database->query("SELECT count(*) FROM pg_type WHERE typname = 'risk_profile';") == "0");
    rev("upgrade head");
    CHECK(database->versions() == activity);
}

TEST_CASE_FIXTURE(Team, "two developers branch, and a merge joins what they wrote") {
    rev("upgrade head");
    const auto first = created(rev("revision -m 'add nickname'"));
    const auto second = created(rev("revision -m 'add theme' --head " + std::string(activity) + " --splice"));
    for (const auto& [id, column] : {std::pair(first, "nickname"), std::pair(second, "theme")}) {
        const auto file = "versions/" + id + "_add_" + column + ".sql";
        const auto text = project->read(file);
        project->write(file, text.substr(0, text.find("-- rev:upgrade\n")) +
                                 "-- rev:upgrade\nALTER TABLE users ADD COLUMN " + column + " TEXT;\n" +
                                 "-- rev:downgrade\nALTER TABLE users DROP COLUMN " + column + ";\n");
    }
    const auto refused = rev("upgrade head", 3);
    CHECK(has(refused.err, first));
    CHECK(has(refused.err, second));
    CHECK(has(refused.err, "merge"));
    CHECK(rev("heads").out.find("(head)") != std::string::npos);
    CHECK(has(rev("branches").out, activity));

    const auto merge = created(rev("merge -m 'merge heads' " + first + " " + second));
    rev("upgrade head");

    CHECK(database->versions() == merge);
    // The first parent of a merge goes last in an upgrade.
    CHECK(database->columns("users") == std::vector<std::string>{"id", "session_id", "connected_at", "last_active_at",
                                                                 "metadata_", "theme", "nickname"});
    CHECK(has(rev("show " + merge).out, "merge heads"));
    rev("downgrade -1");
    CHECK(database->versions() == std::min(first, second) + " " + std::max(first, second));
    rev("downgrade base");
    CHECK(database->versions().empty());
}

TEST_CASE_FIXTURE(Team, "a wrong host, password or database is its own clear error, and shows no password") {
    const auto url = database->url();
    const auto name = url.substr(url.rfind('/') + 1);
    struct Mistake {
        std::string url;
        std::string code;
        std::string names;
    };
    const std::string secret = "hunter2%40secret";
    const auto at_host = replaced(url, ":postgres@", ":" + secret + "@");
    for (const auto& mistake :
         {Mistake{replaced(at_host, "127.0.0.1", "no-such-host.invalid"), "host_not_found", "no-such-host.invalid"},
          Mistake{at_host, "login_failed", "postgres"},
          Mistake{replaced(url, name, "no_such_database"), "no_such_database", "no_such_database"},
          Mistake{"postgresql://postgres:" + secret + "@127.0.0.1:1/" + name, "connection_refused", "127.0.0.1"}}) {
        use(mistake.url);
        for (const auto* command : {"upgrade head", "current", "stamp head"}) {
            const auto failed = rev(std::string(command) + " --json", 4);
            INFO(mistake.code, ": ", failed.out, failed.err);
            CHECK(has(failed.out, "\"" + mistake.code + "\""));
            CHECK(has(failed.err, mistake.names));
            for (const auto* part : {"hunter2", "@secret", ":postgres@"}) {
                CHECK_FALSE(has(failed.out, part));
                CHECK_FALSE(has(failed.err, part));
            }
        }
        const auto status = rev("status", 4);
        CHECK_FALSE(has(status.out + status.err, "hunter2"));
    }
}

TEST_CASE_FIXTURE(Team, "the process's environment wins over .env") {
    use("postgresql://nobody:nothing@127.0.0.1:1/nowhere");
    project->url = with_driver(database->url());

    expect(*project, "upgrade head");

    CHECK(database->versions() == activity);
}
