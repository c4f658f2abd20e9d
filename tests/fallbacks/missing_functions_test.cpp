// A real server from which functions, views and rights were taken away.
#include <doctest/doctest.h>

#include <unistd.h>

#include <string>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

using rev::test::DatabaseProject;
using rev::test::error_of;
using rev::test::expect;
using rev::test::has;
using rev::test::hint_of;

namespace {

/// A project whose role is no superuser: those are refused nothing.
class PlainRoleProject : public DatabaseProject {
public:
    explicit PlainRoleProject(const std::string& settings = "")
        : DatabaseProject(Kind::postgresql, settings), role_("rev_plain_" + std::to_string(getpid())) {
        query("CREATE ROLE " + role_ + " LOGIN PASSWORD 'plain'; GRANT ALL ON SCHEMA public TO " + role_);
        const auto at = url.find('@');
        url = "postgresql://" + role_ + ":plain" + url.substr(at);
        revision({.id = "a1", .upgrade = "CREATE TABLE account (id int);", .downgrade = "DROP TABLE account;"});
    }
    ~PlainRoleProject() { query("DROP OWNED BY " + role_ + " CASCADE; DROP ROLE " + role_); }
    PlainRoleProject(const PlainRoleProject&) = delete;
    PlainRoleProject& operator=(const PlainRoleProject&) = delete;

    [[nodiscard]] const std::string& role() const { return role_; }

private:
    std::string role_;
};

}  // namespace

TEST_CASE("each function that the run lock needs may be missing: then it is a lease") {
    for (const std::string function : {"pg_try_advisory_lock(bigint)", "pg_advisory_unlock(bigint)",
                                       "pg_advisory_unlock_all()", "pg_try_advisory_xact_lock(bigint)"}) {
        CAPTURE(function);
        const PlainRoleProject project;
        project.query("REVOKE EXECUTE ON FUNCTION pg_catalog." + function + " FROM PUBLIC");
        expect(project, "upgrade head");
        CHECK(project.rows() == "a1");
        const auto status = expect(project, "-v status");
        CHECK(project.query("SELECT count(*) FROM rev_lock") == "0");
        CHECK(has(status.out, "a lease in rev_lock: the session cannot hold an advisory lock"));
        expect(project, "downgrade base --yes");
    }
}

TEST_CASE("without sight of other sessions a run works, and who holds the lock is told as far as it can be") {
    const PlainRoleProject project("lock_timeout: 1s\n");
    project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT pg_sleep(60);", .downgrade = "SELECT 1;"});
    project.query("REVOKE SELECT ON pg_catalog.pg_stat_activity FROM PUBLIC");
    expect(project, "upgrade a1");
    CHECK(has(expect(project, "-v status").out, "who holds a lock is not told"));
    auto other = rev::test::start(project, "upgrade head");
    project.wait_for_sleep(other);
    CHECK(has(error_of(expect(project, "upgrade head", 4)), "another run of rev (pid "));
    project.query("REVOKE SELECT ON pg_catalog.pg_locks FROM PUBLIC");
    CHECK(has(error_of(expect(project, "upgrade head", 4)), "waiting for another run of rev"));
    expect(project, "status");
    other.signal(SIGINT);
    (void)other.wait();
}

TEST_CASE("without the right to make tables the error has what is needed, and tables that are there are used") {
    const PlainRoleProject project;
    project.query("REVOKE ALL ON SCHEMA public FROM PUBLIC; REVOKE CREATE ON SCHEMA public FROM " + project.role());
    CHECK(has(expect(project, "-v status").out, "cannot be made in rev's schema"));
    const auto refused = expect(project, "upgrade head", 4);
    CHECK(has(hint_of(refused), "GRANT CREATE ON SCHEMA"));
    CHECK(project.query("SELECT count(*) FROM pg_class WHERE relname LIKE 'rev%' OR relname = 'alembic_version'") ==
          "0");
}

TEST_CASE("where DDL is not undone with its transaction, the ledger tells what was run") {
    const DatabaseProject project(DatabaseProject::Kind::postgresql, "transactional_ddl: false\n");
    project.revision({.id = "a1",
                      .upgrade = "CREATE TABLE account (id int);\nINSERT INTO account SELECT 1 FROM missing;\n"
                                 "CREATE TABLE other (id int);",
                      .downgrade = "DROP TABLE account;\nDROP TABLE other;"});
    CHECK(has(expect(project, "-v status").out, "not undone: each statement runs by itself"));
    expect(project, "upgrade head", 5);
    CHECK(project.query("SELECT to_regclass('account') IS NOT NULL") == "t");
    CHECK(project.query("SELECT statement FROM rev_progress") == "2");
    project.query("CREATE TABLE missing (x int)");
    expect(project, "resume");
    CHECK(project.rows() == "a1");
    CHECK(project.query("SELECT to_regclass('other') IS NOT NULL") == "t");
    CHECK(
        has(error_of(expect(project, "downgrade base --yes --transaction all", 3)), "must run outside a transaction"));
    expect(project, "downgrade base --yes");
    CHECK(project.query("SELECT to_regclass('account') IS NULL") == "t");
}
