// Where Sqitch keeps what it has deployed to a database in SQLite.
#include "import/foreign_project.hpp"

using rev::test::ForeignProject;
using rev::test::says;

TEST_CASE("Sqitch: the registry is a file beside the database") {
    const ForeignProject project;
    project.write("sqitch.conf", "[core]\n\tengine = sqlite\n");
    project.write(
        "sqitch.plan",
        "%syntax-version=1.0.0\n%project=shop\n\na 2024-01-01T00:00:00Z A <a@b.c>\n@v1 2024-01-01T00:00:00Z A "
        "<a@b.c>\na 2024-01-02T00:00:00Z A <a@b.c>\nb 2024-01-03T00:00:00Z A <a@b.c>\n");
    project.write("deploy/a@v1.sql", "abc");
    project.write("deploy/a.sql", "SELECT 1;\n");
    project.write("deploy/b.sql", "SELECT 1;\n");
    project.query("CREATE TABLE users (i INTEGER)");
    const auto registry = rev::test::run_program(
        {"sqlite3", (project.path() / "sqitch.db").string(),
         "CREATE TABLE changes (change_id TEXT PRIMARY KEY, script_hash TEXT, change TEXT, project TEXT, note TEXT,"
         " committed_at DATETIME, planned_at DATETIME);"
         "INSERT INTO changes VALUES ('1', 'a9993e364706816aba3e25717850c26c9cd0d89d', 'a', 'shop', '', 1, 1),"
         " ('2', 'x', 'a', 'shop', '', 2, 2), ('3', 'x', 'z', 'other', '', 3, 3)"});
    REQUIRE(registry.exit_code == 0);
    const auto result = project.take_over();
    CHECK(says(result, "deploy/a.sql is not what was run"));
    CHECK_FALSE(says(result, "deploy/a@v1.sql is not what was run"));
    CHECK(project.rows().starts_with("a_"));
}

TEST_CASE("Sqitch: the registry has all of the database's name behind its first dot, or is named as a whole") {
    const auto rows_with = [](const std::string& database, const std::string& registry, const std::string& name) {
        const ForeignProject project;
        project.write("sqitch.conf",
                      "[core]\n\tengine = sqlite\n" + (name.empty() ? name : "\tregistry = " + name + "\n"));
        project.write("sqitch.plan", "%project=shop\n\na 2024-01-01T00:00:00Z A <a@b.c>\n");
        project.write("deploy/a.sql", "CREATE TABLE a (i INTEGER);\n");
        for (const auto& [file, sql] :
             {std::pair(database, "CREATE TABLE a (i INTEGER)"),
              std::pair(registry,
                        "CREATE TABLE changes (script_hash, change, project, committed_at, planned_at);"
                        "INSERT INTO changes VALUES ('x', 'a', 'shop', 1, 1)")})
            REQUIRE(rev::test::run_program({"sqlite3", (project.path() / file).string(), sql}).exit_code == 0);
        const auto url = "sqlite:///" + (project.path() / database).string();
        CHECK(says(project.rev("import --url " + url), "it is at a"));
    };
    rows_with("app.sqlite3", "sqitch.sqlite3", "");
    rows_with("app.prod.db", "sqitch.prod.db", "");
    rows_with("app", "sqitch", "");
    rows_with("app.db", "meta.db", "meta");
    rows_with("app.db", "meta.x", "meta.x");
}
