#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>

#include "support/postgres.hpp"
#include "support/program.hpp"

namespace rev::test {

/// A project with a database of its own, asked by another program than rev.
class DatabaseProject : public TemporaryProject {
public:
    enum class Kind { sqlite, postgresql };

    explicit DatabaseProject(Kind kind, std::string_view settings = "") : TemporaryProject(settings) {
        if (kind == Kind::sqlite) return;
        postgres_ = std::make_unique<PostgresTestDatabase>();
        url = postgres_->url();
    }

    [[nodiscard]] bool is_sqlite() const { return postgres_ == nullptr; }

    /// Rows by line feeds, columns by `|`.
    std::string query(const std::string& sql) const {
        if (postgres_) return postgres_->query(sql);
        auto result =
            run_program({"sqlite3", "-cmd", ".timeout 10000", (path() / "test.db").string()}, {path(), {}, sql});
        REQUIRE_MESSAGE(result.exit_code == 0, result.err);
        if (!result.out.empty()) result.out.pop_back();
        return result.out;
    }

    /// PostgreSQL: until a session of the database sleeps in pg_sleep(). Throws if the program ends before.
    void wait_for_sleep(RunningProgram& program) const {
        wait_until("a session sleeps in pg_sleep()", program,
                   [&] { return query(std::string("SELECT count(*)") + sleepers) != "0"; });
    }
    void cancel_sleepers() const { query(std::string("SELECT pg_cancel_backend(pid)") + sleepers); }
    void end_sleepers() const { query(std::string("SELECT pg_terminate_backend(pid)") + sleepers); }

    /// Runs a script of `--sql` as people do: by psql or sqlite3.
    void run_script(const std::string& script) const {
        const auto command = postgres_ ? Arguments{"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url}
                                       : Arguments{"sqlite3", (path() / "test.db").string()};
        const auto result = run_program(command, {path(), {}, script});
        REQUIRE_MESSAGE(result.exit_code == 0, result.err);
    }

    [[nodiscard]] std::string rows() const { return query("SELECT version_num FROM alembic_version ORDER BY 1"); }

private:
    /// Of this database alone: tests share the server.
    static constexpr const char* sleepers =
        " FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";

    std::unique_ptr<PostgresTestDatabase> postgres_;
};

inline constexpr DatabaseProject::Kind both[] = {DatabaseProject::Kind::sqlite, DatabaseProject::Kind::postgresql};

}  // namespace rev::test
