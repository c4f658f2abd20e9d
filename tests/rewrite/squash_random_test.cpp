// Random graphs on both engines: a database at any revision before a squash has the same schema after it as a new one.
#include <doctest/doctest.h>

#include <random>

#include "cli/database_project.hpp"
#include "rewrite/git_project.hpp"
#include "support/small_graphs.hpp"

namespace rev::test {
namespace {

std::string comma_list(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
    return text;
}

/// Each makes a table, and writes a row into those of its parents.
void write_revisions(const TemporaryProject& project, const std::vector<Revision>& revisions) {
    for (const auto& revision : revisions) {
        std::string rows;
        for (const auto& parent : revision.revises)
            rows += "\nINSERT INTO table_" + parent + " VALUES ('" + revision.id + "');";
        std::string back;
        for (const auto& parent : revision.revises)
            back += "\nDELETE FROM table_" + parent + " WHERE id = '" + revision.id + "';";
        project.revision(
            {.id = revision.id,
             .revises = comma_list(revision.revises),
             .upgrade = "CREATE TABLE table_" + revision.id + " (id text);" + rows,
             .downgrade = "DROP TABLE table_" + revision.id + ";" + back,
             .header = revision.depends_on.empty() ? "" : "depends_on: " + comma_list(revision.depends_on)});
    }
}

/// Tables, each with its rows.
std::string contents_of(const DatabaseProject& project, const std::vector<Revision>& revisions) {
    const auto tables =
        project.query(project.is_sqlite()
                          ? "SELECT name FROM sqlite_schema WHERE name LIKE 'table\\_%' ESCAPE '\\' ORDER BY 1"
                          : "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'table\\_%' ORDER BY 1");
    std::string text = tables + "\n";
    for (const auto& revision : revisions)
        if (has("\n" + tables + "\n", "\ntable_" + revision.id + "\n"))
            text += revision.id + ": " + project.query("SELECT id FROM table_" + revision.id + " ORDER BY 1") + "\n";
    return text;
}

struct Case {
    std::vector<Revision> revisions;
    std::string at;     ///< where the database is
    std::string range;  ///< what is squashed
};

/// Whether it was squashed; the database is held against a new one then.
bool keeps_schema(DatabaseProject::Kind kind, const Case& tried, std::string_view how) {
    DatabaseProject old(kind);
    write_revisions(old, tried.revisions);
    if (old.rev("upgrade " + tried.at).exit_code != 0) return false;
    const auto result = old.rev("squash " + tried.range + std::string(how));
    REQUIRE((result.exit_code == 0 || result.exit_code == 3));
    if (result.exit_code == 3) return false;
    CHECK_FALSE(has(result.err, "warning"));
    expect(old, "check");
    for (const auto* command : {"status", "current", "history -i", "upgrade heads --dry-run", "verify"})
        expect(old, command);
    expect(old, "upgrade heads");
    const auto after = contents_of(old, tried.revisions);
    expect(old, "downgrade base --yes");
    CHECK(contents_of(old, tried.revisions) == "\n");
    expect(old, "upgrade heads");
    CHECK(contents_of(old, tried.revisions) == after);
    return true;
}

Case random_case(unsigned seed) {
    std::mt19937 random(seed);
    auto revisions = random_graph(5 + seed % 8, seed);
    const auto pick = [&] { return revisions[random() % revisions.size()].id; };
    auto at = pick();
    auto range = pick() + ":" + pick();
    return {std::move(revisions), std::move(at), std::move(range)};
}

void try_seeds(DatabaseProject::Kind kind, std::size_t wanted, std::string_view how) {
    std::size_t squashed = 0;
    for (unsigned seed = 1; seed <= 400 && squashed < wanted; ++seed) {
        const auto tried = random_case(seed);
        CAPTURE(seed);
        CAPTURE(arrows_text(tried.revisions));
        CAPTURE(tried.at);
        CAPTURE(tried.range);
        squashed += keeps_schema(kind, tried, how) ? 1U : 0U;
    }
    CHECK(squashed == wanted);
}

TEST_CASE("a database at any revision before reaches the schema and the rows of a new one after, on SQLite") {
    try_seeds(DatabaseProject::Kind::sqlite, 15, "");
}

TEST_CASE("the same on PostgreSQL") { try_seeds(DatabaseProject::Kind::postgresql, 4, ""); }

}  // namespace
}  // namespace rev::test
