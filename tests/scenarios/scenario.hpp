#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/postgres.hpp"
#include "support/program.hpp"

namespace rev::test {

/// A copy of tests/scenarios/NAME, or with `sample` of the history at the top of the repository, in a temporary folder.
[[nodiscard]] std::unique_ptr<TemporaryProject> scenario(std::string_view name);
[[nodiscard]] std::unique_ptr<TemporaryProject> sample_project();

/// Runs rev and requires its exit code; a failure shows what it printed. Returns what it printed.
ProgramResult expect(const TemporaryProject& project, std::string_view line, int exit_code = 0);

/// Whether `text` holds `part`.
[[nodiscard]] bool has(std::string_view text, std::string_view part);
/// How often.
[[nodiscard]] std::size_t count(std::string_view text, std::string_view part);

/// A database of either dialect, asked by its own command-line program and not by rev.
class ScenarioDatabase {
public:
    virtual ~ScenarioDatabase() = default;

    /// For DATABASE_URL.
    [[nodiscard]] virtual std::string url() const = 0;
    [[nodiscard]] virtual bool is_postgres() const noexcept = 0;
    /// Runs a script that stops at its first error; what psql -At or sqlite3 prints, without the last line end.
    [[nodiscard]] virtual ProgramResult run(const std::string& script) const = 0;
    /// The schema without rev's own tables and without what a server adds by itself; equal schemas give equal text.
    [[nodiscard]] virtual std::string schema() const = 0;

    /// run() that must succeed: its output.
    std::string query(const std::string& script) const;
    /// Names of the table's columns, in order.
    [[nodiscard]] std::vector<std::string> columns(const std::string& table) const;
    /// Rows of the version table, sorted, joined by a blank; empty if there is no such table.
    [[nodiscard]] std::string versions() const;
    /// The schema and every row of every table but rev_log: equal states give equal text.
    [[nodiscard]] std::string state() const;

private:
    [[nodiscard]] virtual std::string columns_query(const std::string& table) const = 0;
    [[nodiscard]] virtual std::string data() const = 0;
    [[nodiscard]] virtual bool has_table(const std::string& table) const = 0;
};

/// A file, which need not be there yet.
[[nodiscard]] std::unique_ptr<ScenarioDatabase> sqlite_database(std::filesystem::path file);
/// A fresh database of the server that scripts/with-postgres started.
[[nodiscard]] std::unique_ptr<ScenarioDatabase> postgres_database();

/// One of each dialect; the SQLite file is in `folder`.
[[nodiscard]] std::vector<std::unique_ptr<ScenarioDatabase>> both_databases(const std::filesystem::path& folder);

}  // namespace rev::test
