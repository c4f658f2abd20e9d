// What `rev init` makes.
#include <doctest/doctest.h>

#include "rev/config.hpp"
#include "rev/script_directory.hpp"
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
        const auto made = rev::init_project(folder / "deep/down", project.name);
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

TEST_CASE("init refuses a folder that holds something of a project, and changes nothing") {
    const Folder folder;
    folder.write("templates/mine.sql", "x");
    CHECK(init_fault(folder.path()) == "project_exists");
    CHECK_FALSE(fs::exists(folder / "alembic.yaml"));
    CHECK_FALSE(fs::exists(folder / "versions"));
    folder.write("file", "x");
    CHECK(init_fault(folder / "file") == "not_a_folder");
    CHECK(init_fault(folder / "file/below") == "cannot_write");
    CHECK(init_fault(folder.path(), "generik") == "unknown_template");
}

TEST_CASE("init works in a folder with other files and beside empty folders") {
    const Folder folder;
    folder.write("README.md", "mine");
    fs::create_directory(folder / "versions");
    CHECK(rev::init_project(folder.path() / "", "postgresql").size() == 4);
    CHECK(read_text(folder / "README.md") == "mine");
}
