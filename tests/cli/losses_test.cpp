// Downgrades made at random. Every text value in the database is there once, so what a downgrade loses can be seen
// without knowing what its statements do: a value that the database no longer holds is lost.
#include <doctest/doctest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

using rev::test::DatabaseProject;
using rev::test::error_of;
using rev::test::expect;
using rev::test::has;

namespace {

using Kind = DatabaseProject::Kind;

constexpr int table_count = 4;
constexpr int row_count = 3;

/// A table as the statements made so far leave it.
struct MadeTable {
    std::string name;
    std::vector<std::string> columns;  ///< of text, behind `id`
};

std::string joined(const std::vector<std::string>& list) {
    std::string text;
    for (const auto& each : list) text += (text.empty() ? "" : ", ") + each;
    return text;
}

/// Makes the sections of a downgrade, keeping book only of names, so that each statement works.
class DowngradeMaker {
public:
    DowngradeMaker(Kind kind, unsigned seed) : kind_(kind), random_(seed) {
        for (int i = 0; i < table_count; ++i) tables_.push_back({"t" + std::to_string(i), {"a", "b", "c"}});
    }

    std::string section() {
        std::string text;
        for (int statements = 1 + pick(3); statements > 0; --statements) text += statement() + "\n";
        return text;
    }

private:
    int pick(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random_); }
    std::string new_name(const std::string& base) { return base + "_" + std::to_string(++names_); }

    std::string statement() {
        if (tables_.empty()) return "SELECT 1;";
        const auto index = static_cast<std::size_t>(pick(static_cast<int>(tables_.size())));
        auto& table = tables_[index];
        switch (pick(kind_ == Kind::sqlite ? 9 : 12)) {
            case 0:
                return drop(index);
            case 1:
                return rename(table);
            case 2:
                return rename_column(table);
            case 3:
                return drop_column(table);
            case 4:
                return "DELETE FROM " + table.name + " WHERE id = " + std::to_string(1 + pick(row_count + 1)) + ";";
            case 5:
                return rebuild(table, table.columns, "");
            case 6:
                return rebuild(table, some_columns(table), "");
            case 7:
                return rebuild(table, table.columns, " WHERE id <= " + std::to_string(pick(row_count + 1)));
            case 8:
                return empty_and_fill(table);
            case 9:
                return "TRUNCATE " + table.name + ";";
            case 10:
                return "DO $$ BEGIN EXECUTE 'DELETE FROM ' || quote_ident('" + table.name + "'); END $$;";
            default:
                return move_there_and_back(table);
        }
    }

    std::string drop(std::size_t index) {
        const auto name = tables_[index].name;
        tables_.erase(tables_.begin() + static_cast<std::ptrdiff_t>(index));
        return "DROP TABLE " + name + ";";
    }

    std::string rename(MadeTable& table) {
        const auto old = table.name;
        table.name = new_name("renamed");
        return "ALTER TABLE " + old + " RENAME TO " + table.name + ";";
    }

    std::string rename_column(MadeTable& table) {
        if (table.columns.empty()) return "SELECT 1;";
        auto& column = table.columns[static_cast<std::size_t>(pick(static_cast<int>(table.columns.size())))];
        const auto old = column;
        column = new_name("column");
        return "ALTER TABLE " + table.name + " RENAME COLUMN " + old + " TO " + column + ";";
    }

    std::string drop_column(MadeTable& table) {
        if (table.columns.empty()) return "SELECT 1;";
        const auto column = table.columns.back();
        table.columns.pop_back();
        return "ALTER TABLE " + table.name + " DROP COLUMN " + column + ";";
    }

    std::vector<std::string> some_columns(const MadeTable& table) {
        std::vector<std::string> kept;
        for (const auto& column : table.columns)
            if (pick(2) == 0) kept.push_back(column);
        return kept;
    }

    /// As people change a table of SQLite: a new one, filled, under the old one's name.
    std::string rebuild(MadeTable& table, const std::vector<std::string>& kept, const std::string& condition) {
        const auto built = new_name("built");
        std::string definition = "id int";
        for (const auto& column : kept) definition += ", " + column + " text";
        auto names = kept;
        names.insert(names.begin(), "id");
        table.columns = kept;
        return "CREATE TABLE " + built + " (" + definition + "); INSERT INTO " + built + " SELECT " + joined(names) +
               " FROM " + table.name + condition + "; DROP TABLE " + table.name + "; ALTER TABLE " + built +
               " RENAME TO " + table.name + ";";
    }

    std::string empty_and_fill(const MadeTable& table) {
        const auto kept = new_name("kept");
        return "CREATE TABLE " + kept + " AS SELECT * FROM " + table.name + "; DELETE FROM " + table.name +
               "; INSERT INTO " + table.name + " SELECT * FROM " + kept + "; DROP TABLE " + kept + ";";
    }

    std::string move_there_and_back(const MadeTable& table) {
        const auto schema = new_name("s");
        return "CREATE SCHEMA " + schema + "; ALTER TABLE " + table.name + " SET SCHEMA " + schema + "; ALTER TABLE " +
               schema + "." + table.name + " SET SCHEMA public;";
    }

    Kind kind_;
    std::mt19937 random_;
    std::vector<MadeTable> tables_;
    int names_ = 0;
};

/// The one place where the value is.
std::string value_of(int table, const std::string& column, int row) {
    return "<t" + std::to_string(table) + column + std::to_string(row) + ">";
}

void fill(const DatabaseProject& project) {
    std::string statements;
    for (int table = 0; table < table_count; ++table)
        for (int row = 1; row <= row_count; ++row)
            statements += "INSERT INTO t" + std::to_string(table) + " VALUES (" + std::to_string(row) + ", '" +
                          value_of(table, "a", row) + "', '" + value_of(table, "b", row) + "', '" +
                          value_of(table, "c", row) + "');\n";
    project.query(statements);
}

/// All values of the database, whatever its tables are.
std::string contents(const DatabaseProject& project) {
    if (project.is_sqlite()) return project.query(".dump");
    return project.query(
        "SELECT string_agg(replace(replace(schema_to_xml(nspname, true, true, '')::text, '&lt;', '<'), '&gt;', '>'),"
        " '') FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'");
}

std::set<std::string> tables_with_losses(const DatabaseProject& project) {
    const auto left = contents(project);
    std::set<std::string> tables;
    for (int table = 0; table < table_count; ++table)
        for (int row = 1; row <= row_count; ++row)
            for (const auto* column : {"a", "b", "c"})
                if (!has(left, value_of(table, column, row))) tables.insert("t" + std::to_string(table));
    return tables;
}

/// The tables that the question names: "t1 (3 rows)", "column t1.a".
std::set<std::string> tables_asked_about(const std::string& question) {
    std::set<std::string> tables;
    for (int table = 0; table < table_count; ++table) {
        const auto name = "t" + std::to_string(table);
        if (has(question, " " + name + " ") || has(question, " " + name + ".")) tables.insert(name);
    }
    return tables;
}

/// Makes a history of `seed`, and compares what its downgrade asks with what it loses.
void compare_question_with_losses(Kind kind, unsigned seed) {
    const DatabaseProject project(kind);
    std::string tables;
    for (int i = 0; i < table_count; ++i)
        tables += "CREATE TABLE t" + std::to_string(i) + " (id int, a text, b text, c text);\n";
    project.revision({.id = "a1", .upgrade = tables, .downgrade = "SELECT 1;"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT 1;", .downgrade = "SELECT 1;"});
    project.revision({.id = "c1", .revises = "b1", .upgrade = "SELECT 1;", .downgrade = "SELECT 1;"});
    expect(project, "upgrade head");
    fill(project);

    DowngradeMaker maker(kind, seed);
    std::string downgrades;
    for (const auto& [id, revises] : {std::pair{"c1", "b1"}, std::pair{"b1", "a1"}}) {
        const auto section = maker.section();
        downgrades += section;
        project.revision({.id = id, .revises = revises, .upgrade = "SELECT 1;", .downgrade = section});
    }
    CAPTURE(seed);
    CAPTURE(downgrades);
    const auto asked = project.rev("downgrade a1");
    REQUIRE_MESSAGE((asked.exit_code == 0 || asked.exit_code == 2), asked.err);
    if (asked.exit_code == 2) expect(project, "downgrade a1 --yes");
    const auto question = asked.exit_code == 2 ? error_of(asked) : std::string();
    CAPTURE(question);
    CHECK(tables_asked_about(question) == tables_with_losses(project));
}

}  // namespace

TEST_CASE("on SQLite a downgrade asks about the tables that lose values, and about no other") {
    for (unsigned seed = 1; seed <= 60; ++seed) compare_question_with_losses(Kind::sqlite, seed);
}

TEST_CASE("on PostgreSQL a downgrade asks about the tables that lose values, and about no other") {
    for (unsigned seed = 1; seed <= 40; ++seed) compare_question_with_losses(Kind::postgresql, seed);
}
