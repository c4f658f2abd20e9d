#include "app/seeds.hpp"

#include <doctest/doctest.h>

#include "app/app_project.hpp"

namespace rev::test {
namespace {

/// The project's seeds are these texts, by file: one.sql, two.sql.
void run_seeds_of(AppProject& project, const std::vector<std::string>& texts) {
    project.config().seed.clear();
    for (const auto& text : texts) {
        const auto* name = project.config().seed.empty() ? "one.sql" : "two.sql";
        project.config().seed.push_back(project.folder().write(name, text));
    }
    app::run_seeds(*project.open(), app::read_seeds(project.config()));
}

}  // namespace

TEST_CASE("a seed that fails is located in its file, and is undone as a whole; the ones before it stay") {
    AppProject project;
    project.run("CREATE TABLE item (id INTEGER PRIMARY KEY)");
    const auto error = error_of([&] {
        run_seeds_of(project, {"INSERT INTO item VALUES (1);",
                               "INSERT INTO item VALUES (2);\n"
                               "-- twice\n"
                               "SELECT 1; INSERT INTO item VALUES (1);\n"});
    });
    CHECK(error.exit_code() == ExitCode::revision_failed);
    CHECK(error.code() == error_codes::seed_failed);
    CHECK(error.location().file.ends_with("two.sql"));
    CHECK(error.location().line == 3);
    CHECK(error.location().line_text == "SELECT 1; INSERT INTO item VALUES (1);");
    CHECK(project.query("SELECT group_concat(id) FROM item") == "1");
}

TEST_CASE("what ends a transaction is refused in a seed, where it stands") {
    AppProject project;
    project.run("CREATE TABLE item (id INTEGER PRIMARY KEY)");
    const auto error = error_of([&] { run_seeds_of(project, {"INSERT INTO item VALUES (1);\n COMMIT;\n"}); });
    CHECK(error.exit_code() == ExitCode::usage);
    CHECK(error.code() == error_codes::seed_not_transactional);
    CHECK(error.location().line == 2);
    CHECK(error.location().column == 2);
    CHECK(error.location().line_text == " COMMIT;");
    CHECK(project.query("SELECT count(*) FROM item") == "0");
}

TEST_CASE("a seed that is not there is found out before any of them runs") {
    AppProject project;
    project.config().seed = {project.folder() / "none.sql"};
    CHECK(error_of([&] { static_cast<void>(app::read_seeds(project.config())); }).code() == error_codes::no_seed);
}

}  // namespace rev::test
