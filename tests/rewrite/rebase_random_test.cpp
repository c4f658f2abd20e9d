// Random graphs on real SQLite files: a database at any revision before a rebase has the same schema after it as a new
// one.
#include <doctest/doctest.h>

#include <random>

#include "cli/cli_support.hpp"
#include "rev/graph.hpp"
#include "support/small_graphs.hpp"

namespace rev::test {
namespace {

std::string join(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
    return text;
}

void write(const TemporaryProject& project, const std::vector<Revision>& revisions) {
    for (const auto& revision : revisions)
        project.revision({.id = revision.id,
                          .revises = join(revision.revises),
                          .upgrade = "CREATE TABLE table_" + revision.id + " (id integer);",
                          .downgrade = "DROP TABLE table_" + revision.id + ";",
                          .header = revision.depends_on.empty() ? "" : "depends_on: " + join(revision.depends_on)});
}

/// The schema of a database, sorted: tables are made in another order.
std::string schema_of(const TemporaryProject& project, const std::string& file) {
    return run_program({"sqlite3", file, "SELECT sql FROM sqlite_schema WHERE name LIKE 'table_%' ORDER BY name"},
                       project.options())
        .out;
}

TEST_CASE("a database at any revision before reaches the schema of a new one after") {
    std::size_t rebased = 0;
    for (unsigned seed = 1; seed <= 60 && rebased < 12; ++seed) {
        std::mt19937 random(seed);
        const auto revisions = random_graph(5 + seed % 6, seed);
        TemporaryProject project;
        write(project, revisions);
        project.url = "sqlite:///at.db";
        const auto at = revisions[random() % revisions.size()].id;
        if (project.rev("upgrade " + at).exit_code != 0) continue;
        const auto moved = revisions[random() % revisions.size()].id;
        const auto onto = revisions[random() % revisions.size()].id;
        CAPTURE(seed);
        CAPTURE(arrows_text(revisions));
        CAPTURE(at);
        CAPTURE(moved);
        CAPTURE(onto);
        const auto result = project.rev("rebase " + moved + " --onto " + onto + " --even-applied --yes");
        REQUIRE((result.exit_code == 0 || result.exit_code == 3));
        if (result.exit_code == 3 || has(result.out, "Nothing to do")) continue;
        ++rebased;
        expect(project, "check");
        expect(project, "upgrade heads");
        project.url = "sqlite:///new.db";
        expect(project, "upgrade heads");
        CHECK(schema_of(project, "at.db") == schema_of(project, "new.db"));
        project.url = "sqlite:///at.db";
        expect(project, "downgrade base --yes");
        CHECK(schema_of(project, "at.db").empty());
    }
    CHECK(rebased >= 8);
}

}  // namespace
}  // namespace rev::test
