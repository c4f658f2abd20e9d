// The installed library, as an application sees it.
#include <doctest/doctest.h>

#include <fstream>
#include <set>

#include "support/postgres.hpp"
#include "support/program.hpp"

namespace fs = std::filesystem;
using rev::test::PostgresTestDatabase;
using rev::test::ProgramResult;
using rev::test::run_program;
using rev::test::TemporaryFolder;

namespace {

const fs::path source = REV_SOURCE_DIR;

ProgramResult expect(const rev::test::Arguments& command, int exit_code = 0) {
    auto result = run_program(command, {"/", {}, {}});
    REQUIRE_MESSAGE(result.exit_code == exit_code, result.out, result.err);
    return result;
}

/// rev, installed once for all tests.
const fs::path& prefix() {
    static const TemporaryFolder folder;
    static const bool installed = [] {
        for (const auto* component : {"program", "library", "development"})
            expect(
                {REV_CMAKE, "--install", REV_BUILD_DIR, "--prefix", folder.path().string(), "--component", component});
        return true;
    }();
    REQUIRE(installed);
    return folder.path();
}

void build(const fs::path& project, const fs::path& into) {
    expect({REV_CMAKE, "-G", "Ninja", "-S", project.string(), "-B", into.string(),
            "-DCMAKE_PREFIX_PATH=" + prefix().string(), "-DCMAKE_CXX_COMPILER=" REV_CXX});
    expect({REV_CMAKE, "--build", into.string()});
}

/// The example, built once.
std::string example() {
    static const TemporaryFolder folder;
    static const bool built = [] {
        build(source / "examples" / "embedded", folder.path());
        return true;
    }();
    REQUIRE(built);
    return (folder.path() / "embedded").string();
}

fs::path library() {
    for (const auto& entry : fs::recursive_directory_iterator(prefix()))
        if (entry.path().filename() == "librev.so") return entry.path();
    FAIL("no librev.so is installed");
    return {};
}

constexpr auto first_run = "1/2 add note table: done\n2/2 add note author: done\nthe database is at 0002\n";
constexpr auto second_run = "nothing to do\nthe database is at 0002\n";

}  // namespace

TEST_CASE("the example upgrades its SQLite database at the first start, and finds nothing to do at the second") {
    const TemporaryFolder folder;
    const auto file = (folder.path() / "notes.db").string();
    CHECK(expect({example(), file}).out == first_run);
    CHECK(expect({example(), file}).out == second_run);
    CHECK(expect({"sqlite3", file, "SELECT author FROM note"}).out == "somebody\n");
}

TEST_CASE("the example upgrades PostgreSQL; the driver is found beside the installed library") {
    const PostgresTestDatabase database;
    CHECK(expect({example(), database.url()}).out == first_run);
    CHECK(expect({example(), database.url()}).out == second_run);
    CHECK(database.query("SELECT author FROM note") == "somebody");
}

TEST_CASE("the example reads a folder instead, and both are the same history") {
    const TemporaryFolder folder;
    const auto file = (folder.path() / "notes.db").string();
    fs::copy(source / "examples" / "embedded" / "versions", folder.path() / "versions");
    CHECK(expect({example(), file, (folder.path() / "versions").string()}).out == first_run);
    CHECK(expect({example(), file}).out == second_run);
}

TEST_CASE("the example reports an Error with its code and exit code") {
    const TemporaryFolder folder;
    const auto url = "sqlite:///" + (folder.path() / "missing" / "notes.db").string();
    const auto failed = expect({example(), url}, 4);
    CHECK(failed.out.empty());
    CHECK(failed.err.starts_with("cannot upgrade the database (no_such_folder): "));
}

TEST_CASE("each installed header compiles alone, without a warning") {
    const TemporaryFolder folder;
    std::size_t headers = 0;
    for (const auto& entry : fs::directory_iterator(prefix() / "include" / "rev")) {
        const auto file = folder.path() / "alone.cpp";
        std::ofstream(file) << "#include <rev/" << entry.path().filename().string() << ">\nint main() {}\n";
        expect({REV_CXX, "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I",
                (prefix() / "include").string(), file.string()});
        ++headers;
    }
    CHECK(headers >= 10);
}

TEST_CASE("the library exports what the installed headers declare, and nothing else") {
    const auto symbols = expect({"nm", "-DC", "--defined-only", library().string()}).out;
    std::istringstream lines(symbols);
    std::size_t functions = 0;
    for (std::string line; std::getline(lines, line);) {
        const auto name = line.substr(std::min<std::size_t>(19, line.size()));
        // rev_ begins the functions of rev/c.h.
        const bool is_ours =
            name.starts_with("rev::") || name.starts_with("rev_") || name.find(" for rev::") != std::string::npos;
        CHECK_MESSAGE(is_ours, line);
        ++functions;
    }
    CHECK(functions > 40);

    const TemporaryFolder folder;
    std::ofstream(folder.path() / "all.cpp") << R"(
#include <rev/project.hpp>
#include <vector>
int main(int argc, char**) {
    if (argc == 1) return 0;  // only linked
    const auto project = rev::Project::open("/");
    const auto& graph = project.graph();
    (void)rev::Project::from_folder("/", rev::load_config({}));
    (void)rev::require_url(project.config());
    (void)rev::process_environment();
    (void)rev::parse_duration("1s");
    for (const auto* one : graph.heads()) (void)(graph.labels(*one).size() + graph.children(*one).size());
    (void)graph.branch_points();
    (void)graph.effective_dependencies(rev::resolve_one(graph, "head"));
    const std::vector<rev::RevisionId> rows = project.rows("sqlite://");
    (void)(rev::history(graph, ":").size() + rev::applied(graph, rows).size() + rev::current(graph, rows).size());
    (void)rev::resolved_heads(graph);
    (void)rev::plan_merge(graph, {});
    (void)rev::plan_new_revision(graph, {});
    auto plan = rev::plan_downgrade(graph, rows, "base");
    (void)rev::plan_upgrade(graph, rows, "head");
    (void)rev::plan_stamp(graph, rows, {}, false);
    std::vector<rev::RevisionId> after = rows;
    for (const auto& step : plan.steps) rev::apply(step.changes.front(), after);
    (void)rev::dialect_name(rev::Dialect::sqlite);
    (void)rev::engine_name(rev::Dialect::sqlite);
    (void)rev::find_dialect("sqlite");
    (void)rev::direction_name(rev::Direction::upgrade);
    (void)rev::parse_target("a+1").without_steps();
    (void)rev::parse_range("a:b");
    (void)rev::is_reserved_word("head");
    try {
        (void)rev::resolve(graph, "x");
    } catch (const rev::GraphError& error) {
        (void)rev::to_error(error);
    }
    rev::request_stop(2);
    (void)rev::stop_requested();
    rev::clear_stop();
}
)";
    std::ofstream(folder.path() / "CMakeLists.txt")
        << "cmake_minimum_required(VERSION 3.25)\nproject(every LANGUAGES CXX)\n"
           "find_package(rev REQUIRED)\nadd_executable(every all.cpp)\n"
           "target_link_libraries(every PRIVATE rev::rev)\n";
    build(folder.path(), folder.path() / "build");
    expect({(folder.path() / "build" / "every").string()});
}

TEST_CASE("pkg-config knows the installed library") {
    const TemporaryFolder folder;
    const auto pc = library().parent_path() / "pkgconfig";
    const auto flags =
        run_program({"pkg-config", "--cflags", "--libs", "rev"}, {"/", {{"PKG_CONFIG_PATH", pc.string()}}, {}});
    REQUIRE_MESSAGE(flags.exit_code == 0, flags.err);
    std::ofstream(folder.path() / "a.cpp") << "#include <rev/project.hpp>\n"
                                              "int main() { return (int)rev::Project::embedded({}).graph().size(); }\n";
    auto command = rev::test::words(REV_CXX " -std=c++20 a.cpp -o a " + flags.out.substr(0, flags.out.find('\n')));
    command.push_back("-Wl,-rpath," + library().parent_path().string());
    const auto compiled = run_program(command, {folder.path(), {}, {}});
    REQUIRE_MESSAGE(compiled.exit_code == 0, compiled.err);
    expect({(folder.path() / "a").string()});
}

TEST_CASE("rev_embed_revisions keeps every byte, and builds again when the folder changes") {
    const TemporaryFolder folder;
    fs::create_directories(folder.path() / "sql" / "deeper");
    const std::string head = "-- m\n--\n-- revision: ";
    std::ofstream(folder.path() / "sql" / "a1.sql")
        << "\xEF\xBB\xBF" << head
        << "a1\r\n-- revises:\r\n\r\n-- rev:upgrade\r\nSELECT '\xC3\xA4\"\\x41?\?/', ')\"';\r\n";
    std::ofstream(folder.path() / "sql" / "deeper" / "b1.sql") << head << "b1\n-- revises: a1\n\n-- rev:upgrade\n";
    std::ofstream(folder.path() / "sql" / ".hidden.sql") << "no revision";
    std::ofstream(folder.path() / "main.cpp") << R"(
#include <iostream>
#include <rev/project.hpp>
#include "history.hpp"
int main() {
    for (const auto& file : history()) std::cout << file.path << "\n" << file.text;
    std::cout << rev::Project::embedded(history()).graph().size() << "\n";
})";
    std::ofstream(folder.path() / "CMakeLists.txt")
        << "cmake_minimum_required(VERSION 3.25)\nproject(x LANGUAGES CXX)\n"
           "find_package(rev REQUIRED)\nadd_executable(x main.cpp)\n"
           "rev_embed_revisions(x sql NAME history RECURSIVE)\n";
    const auto text_of = [&](const fs::path& file) {
        std::ifstream in(folder.path() / file);
        return file.string() + "\n" + std::string(std::istreambuf_iterator<char>(in), {});
    };
    build(folder.path(), folder.path() / "build");
    const auto program = (folder.path() / "build" / "x").string();
    CHECK(expect({program}).out == text_of("sql/a1.sql") + text_of("sql/deeper/b1.sql") + "2\n");

    fs::remove(folder.path() / "sql" / "deeper" / "b1.sql");
    expect({REV_CMAKE, "--build", (folder.path() / "build").string()});
    CHECK(expect({program}).out == text_of("sql/a1.sql") + "1\n");
}
