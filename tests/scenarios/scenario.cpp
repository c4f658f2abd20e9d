#include "scenarios/scenario.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace fs = std::filesystem;

namespace rev::test {
namespace {

std::string without_last_line_end(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::string joined(const std::vector<std::string>& texts, std::string_view separator) {
    std::string result;
    for (const auto& text : texts) {
        if (!result.empty()) result += separator;
        result += text;
    }
    return result;
}

/// Newer releases of pg_dump put a random key into `\restrict KEY`.
std::string without_restrict_lines(const std::string& dump) {
    auto lines = lines_of(dump);
    std::erase_if(lines, [](const auto& line) { return has(line, "restrict ") && line.starts_with('\\'); });
    return joined(lines, "\n");
}

class SqliteScenario final : public ScenarioDatabase {
public:
    explicit SqliteScenario(fs::path file) : file_(std::move(file)) {}

    std::string url() const override { return "sqlite:///" + file_.string(); }
    bool is_postgres() const noexcept override { return false; }

    ProgramResult run(const std::string& script) const override {
        return run_program({"sqlite3", "-bail", file_.string()}, {".", {}, script});
    }

    std::string schema() const override {
        // A table that was renamed stands in quotes there, and the last line end of a file without `;` stays.
        return query(
            "SELECT type || ' ' || name || ': ' || rtrim(replace(COALESCE(sql, ''), '\"', ''), char(10)) FROM "
            "sqlite_master"
            " WHERE tbl_name NOT IN ('rev_log', 'rev_progress') AND name NOT LIKE 'sqlite_%' ORDER BY type, name;");
    }

private:
    std::string columns_query(const std::string& table) const override {
        return "SELECT name FROM pragma_table_info('" + table + "') ORDER BY cid;";
    }

    std::string data() const override {
        std::string script;
        const auto tables = query(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND name NOT IN ('rev_log', 'rev_progress') ORDER BY name;");
        for (const auto& table : lines_of(tables))
            script += "SELECT '" + table + "';\nSELECT * FROM \"" + table + "\" ORDER BY 1;\n";
        return query(script);
    }

    bool has_table(const std::string& table) const override {
        return query("SELECT count(*) FROM sqlite_master WHERE name = '" + table + "';") == "1";
    }

    fs::path file_;
};

class PostgresScenario final : public ScenarioDatabase {
public:
    std::string url() const override { return database_.url(); }
    bool is_postgres() const noexcept override { return true; }

    ProgramResult run(const std::string& script) const override {
        return run_program({"psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", database_.url()}, {".", {}, script});
    }

    std::string schema() const override {
        const auto dump = run_program({"pg_dump", "--schema-only", "--no-owner", "--exclude-table=rev_log*",
                                       "--exclude-table=rev_progress*", database_.url()});
        if (dump.exit_code != 0) throw std::runtime_error(dump.err);
        return without_restrict_lines(dump.out);
    }

private:
    std::string columns_query(const std::string& table) const override {
        return "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '" +
               table + "' ORDER BY ordinal_position;";
    }

    std::string data() const override {
        std::string script;
        const auto tables = query(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT IN ('rev_log', 'rev_progress') ORDER BY 1;");
        for (const auto& table : lines_of(tables))
            script += "SELECT '" + table + "';\nSELECT * FROM " + table + " ORDER BY 1;\n";
        return query(script);
    }

    bool has_table(const std::string& table) const override {
        return query("SELECT to_regclass('public." + table + "') IS NOT NULL;") == "t";
    }

    PostgresTestDatabase database_;
};

}  // namespace

std::unique_ptr<TemporaryProject> scenario(std::string_view name) {
    auto project = std::make_unique<TemporaryProject>();
    fs::copy(fs::path(REV_SCENARIOS) / name, project->path(),
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    return project;
}

std::unique_ptr<TemporaryProject> sample_project() {
    auto project = std::make_unique<TemporaryProject>();
    const fs::path top(REV_REPOSITORY);
    fs::copy_file(top / "alembic.yaml", project->path() / "alembic.yaml", fs::copy_options::overwrite_existing);
    fs::copy(top / "versions", project->path() / "versions", fs::copy_options::recursive);
    return project;
}

ProgramResult expect(const TemporaryProject& project, std::string_view line, int exit_code) {
    auto result = project.rev(line);
    INFO("rev ", std::string(line), "\n", result.out, result.err);
    REQUIRE(result.exit_code == exit_code);
    return result;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t times = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++times;
    return times;
}

std::string ScenarioDatabase::query(const std::string& script) const {
    const auto result = run(script);
    if (result.exit_code != 0 || has(result.err, "ERROR")) throw std::runtime_error(result.err + "in: " + script);
    return without_last_line_end(result.out);
}

std::vector<std::string> ScenarioDatabase::columns(const std::string& table) const {
    return lines_of(query(columns_query(table)));
}

std::string ScenarioDatabase::versions() const {
    if (!has_table("alembic_version")) return {};
    return joined(lines_of(query("SELECT version_num FROM alembic_version ORDER BY version_num;")), " ");
}

std::string ScenarioDatabase::state() const { return schema() + "\n" + data(); }

std::unique_ptr<ScenarioDatabase> sqlite_database(fs::path file) {
    return std::make_unique<SqliteScenario>(std::move(file));
}

std::unique_ptr<ScenarioDatabase> postgres_database() { return std::make_unique<PostgresScenario>(); }

std::vector<std::unique_ptr<ScenarioDatabase>> both_databases(const fs::path& folder) {
    std::vector<std::unique_ptr<ScenarioDatabase>> databases;
    databases.push_back(sqlite_database(folder / "test.db"));
    databases.push_back(postgres_database());
    return databases;
}

}  // namespace rev::test
