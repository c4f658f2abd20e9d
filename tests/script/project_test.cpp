// What `rev init` makes.
#include <doctest/doctest.h>

#include "rev/config.hpp"
#include "script/script_directory.hpp"
#include "script_support.hpp"

using rev::test::error_of;
using rev::test::Folder;
using rev::test::read_text;
namespace fs = std::filesystem;

namespace {

rev::Config load(const fs::path& directory) {
    rev::ConfigRequest request;
    request.working_directory = directory;
    return rev::load_config(request);
}

std::string init_fault(const fs::path& directory, std::string_view name = "generic") {
    return error_of([&] { rev::init_project(directory, name); }).code();
}

}  // namespace

TEST_CASE("each built-in template makes a project that loads and takes a revision") {
    for (const auto& project : rev::project_templates()) {
        CAPTURE(project.name);
        const Folder folder;
        const auto made = rev::init_project(folder / "deep/down", project.name).made;
        CHECK(made.size() == 7);
        for (const auto& path : made) CHECK(fs::exists(path));
        const auto config = load(folder / "deep/down");
        const rev::ScriptDirectory scripts(config);
        rev::ScriptRequest request;
        request.message = "first";
        request.node.heads = {"base"};
        CHECK(fs::exists(scripts.create(scripts.load_graph(), request).file));
    }
}

TEST_CASE("the generic project uses SQLite until DATABASE_URL says otherwise") {
    const Folder folder;
    rev::init_project(folder.path(), "generic");
    CHECK(load(folder.path()).url == "sqlite:///rev.db");
}

TEST_CASE("init refuses a folder that holds something of a project of rev, and changes nothing") {
    const Folder folder;
    folder.write("templates/revision.sql", "${header}\n");
    CHECK(init_fault(folder.path()) == "project_exists");
    folder.write("other/versions/a1.sql", "-- first\n--\n-- revision: a1\n-- revises:\n\n-- rev:upgrade\n");
    CHECK(init_fault(folder / "other") == "project_exists");
    folder.write("settled/alembic.yaml", "{}");
    CHECK(init_fault(folder / "settled") == "project_exists");
    CHECK_FALSE(fs::exists(folder / "alembic.yaml"));
    CHECK_FALSE(fs::exists(folder / "versions"));
    folder.write("file", "x");
    CHECK(init_fault(folder / "file") == "not_a_folder");
    CHECK(init_fault(folder / "file/below") == "cannot_write");
    CHECK(init_fault(folder.path(), "generik") == "unknown_template");
}

TEST_CASE("init beside folders of its names that are not its own uses other names and says so") {
    struct Case {
        std::string file;    ///< that is there before
        std::string folder;  ///< that the project's folders are in then
    };
    for (const auto& each :
         {Case{"templates/base.html", "rev"}, Case{"versions/1_x.py", "rev"}, Case{"versions", "rev"}}) {
        const auto& file = each.file;
        const auto& expected = each.folder;
        CAPTURE(file);
        const Folder folder;
        folder.write(file, "mine");
        const auto project = rev::init_project(folder.path(), "generic");
        REQUIRE_FALSE(project.remarks.empty());
        CHECK(project.remarks.front().find("rev/versions") != std::string::npos);
        const auto config = load(folder.path());
        CHECK(config.script_location == folder / expected);
        CHECK(config.version_locations == std::vector<fs::path>{folder / expected / "versions"});
        CHECK(fs::exists(folder / expected / "templates/revision.sql"));
        CHECK(read_text(folder / file) == "mine");
    }
    const Folder folder;
    folder.write("templates/base.html", "mine");
    folder.write("rev", "a file");
    rev::init_project(folder.path(), "generic");
    CHECK(load(folder.path()).script_location == folder / "rev2");
}

TEST_CASE("init names the tool whose migrations are there") {
    const std::vector<std::pair<std::string, std::string>> signs = {
        {"alembic.ini", "Alembic"},
        {"migrations/alembic.ini", "Flask-Migrate (Alembic)"},
        {"sqitch.conf", "Sqitch"},
        {"diesel.toml", "Diesel"},
        {"migrations/2024-01-01-000000_users/up.sql", "Diesel"},
        {"shop/migrations/0001_initial.py", "Django"},
        {"db/migrations/20240101_users.sql", "dbmate"},
        {"sql/V1__users.sql", "Flyway"},
        {"src/main/resources/db/migration/V1_1__users.sql", "Flyway"},
        {"migrations/000001_users.up.sql", "golang-migrate or sqlx"},
        {"supabase/migrations/20240101_users.sql", "Supabase"},
        {"knexfile.js", "Knex"},
        {"drizzle.config.ts", "Drizzle"},
        {"migrations/001_users.sql", "plain SQL files"},
    };
    for (const auto& each : signs) {
        const auto& file = each.first;
        const auto& tool = each.second;
        CAPTURE(file);
        const Folder folder;
        folder.write(file, tool == "dbmate" ? "-- migrate:up\nCREATE TABLE a (b int);\n" : "x");
        const auto remarks = rev::init_project(folder.path(), "generic").remarks;
        REQUIRE(remarks.size() == 2);
        CHECK(remarks[0].find("(" + tool + ")") != std::string::npos);
        CHECK(remarks[1].find("man rev-adopting") != std::string::npos);
    }
}

TEST_CASE("init has nothing to remark in a folder without migrations") {
    const Folder folder;
    folder.write("README.md", "x");
    folder.write("sql/report.sql", "SELECT 1;");
    folder.write("db/seeds.json", "{}");
    CHECK(rev::init_project(folder.path(), "generic").remarks.empty());
}

TEST_CASE("init works in a folder with other files and beside empty folders") {
    const Folder folder;
    folder.write("README.md", "mine");
    fs::create_directory(folder / "versions");
    CHECK(rev::init_project(folder.path() / "", "postgresql").made.size() == 4);
    CHECK(read_text(folder / "README.md") == "mine");
}
