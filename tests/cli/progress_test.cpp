// What a person sees of a run at a terminal, and what a log gets.
#include <doctest/doctest.h>

#include "cli/cli_support.hpp"
#include "support/postgres.hpp"
#include "support/terminal.hpp"

namespace rev::test {
namespace {

ProgramOptions options_for(const TemporaryProject& project, Environment environment = {}) {
    auto options = project.options();
    options.environment.merge(environment);
    return options;
}

/// Two revisions: the second takes about `seconds`, on SQLite by counting.
void write_slow_sqlite(const TemporaryProject& project) {
    project.revision({.id = "a1", .upgrade = "CREATE TABLE a (n integer);"});
    project.revision({.id = "b1",
                      .revises = "a1",
                      .upgrade =
                          "INSERT INTO a WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < "
                          "3000000) SELECT max(n) FROM c;"});
}

constexpr std::string_view drawing = "\r\x1b[?7l";

}  // namespace

TEST_CASE("a terminal shows the running step and for how long, then one line for each") {
    const TemporaryProject project;
    write_slow_sqlite(project);
    TerminalSession session(rev_command("upgrade head --color never"), options_for(project));
    const auto shown = session.wait_for("Done: 2 steps");
    CHECK(has(shown, "[1/2] Running upgrade  -> a1, make a1 ("));
    CHECK(has(shown, "\r\x1b[?7l[2/2] Running upgrade a1 -> b1, make b1 (0 s)\x1b[K\x1b[?7h"));
    CHECK(has(shown, "\r\x1b[K[2/2] Running upgrade a1 -> b1, make b1 ("));
}

TEST_CASE("a dumb terminal, a quiet run and a log see no live line") {
    for (const bool dumb : {true, false}) {
        const TemporaryProject project;
        write_slow_sqlite(project);
        TerminalSession session(rev_command(dumb ? "upgrade head" : "upgrade head -q"),
                                options_for(project, {{"TERM", dumb ? "dumb" : "xterm"}}));
        const auto shown = session.read_to_end();
        CHECK_FALSE(has(shown, drawing));
        CHECK(has(shown, "[2/2] Running upgrade a1 -> b1, make b1 (") == dumb);
        if (!dumb) CHECK(shown.empty());
    }
    const TemporaryProject project;
    write_slow_sqlite(project);
    const auto log = expect(project, "upgrade head").err;
    CHECK_FALSE(has(log, "\x1b"));
    CHECK_FALSE(has(log, "\r"));
    CHECK(has(log, "[2/2] Running upgrade a1 -> b1, make b1 ("));
}

TEST_CASE("NO_COLOR keeps the live line and takes the colours") {
    const TemporaryProject project;
    write_slow_sqlite(project);
    TerminalSession session(rev_command("upgrade head"), options_for(project, {{"NO_COLOR", "1"}}));
    const auto shown = session.read_to_end();
    CHECK(has(shown, drawing));
    CHECK_FALSE(has(shown, "\x1b[3"));
}

TEST_CASE("a failure is said below the step's line, which is not drawn any more") {
    const TemporaryProject project;
    project.revision({.id = "a1",
                      .upgrade = "SELECT max(n) FROM (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c "
                                 "WHERE n < 3000000) SELECT n FROM c);\nSELECT nothing;"});
    TerminalSession session(rev_command("upgrade head --color never"), options_for(project));
    const auto shown = session.read_to_end();
    CHECK(has(shown, drawing));
    CHECK(has(shown, "\r\x1b[KRunning upgrade  -> a1, make a1\r\nStopped after 0 of 1 step"));
}

TEST_CASE("a slow CREATE INDEX says what the server is doing") {
    const PostgresTestDatabase server;
    TemporaryProject project;
    project.url = server.url();
    project.revision({.id = "a1",
                      .upgrade = "CREATE TABLE item (n integer);\n"
                                 "INSERT INTO item SELECT generate_series(1, 30);\n"
                                 "CREATE FUNCTION slowly(n integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS\n"
                                 "'BEGIN PERFORM pg_catalog.pg_sleep(0.1); RETURN n; END';\n"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = "CREATE INDEX item_n ON item (slowly(n));"});
    TerminalSession session(rev_command("upgrade head --color never"), options_for(project));
    const auto shown = session.wait_for("CREATE INDEX: building index");
    CHECK(has(shown, "[2/2] Running upgrade a1 -> b1, make b1 ("));
    const auto rest = session.read_to_end();
    CHECK(has(rest, "\r\x1b[K[2/2] Running upgrade a1 -> b1, make b1 ("));
    CHECK(has(rest, "Done: 2 steps"));
}

TEST_CASE("history --graph is cut at the terminal's width, and --no-truncate and a pipe show all") {
    const TemporaryProject project;
    const std::string wide = "\u65e5\u672c\u8a9e";
    std::string message;
    for (int i = 0; i < 40; ++i) message += wide;
    project.revision({.id = "a1", .message = message});
    project.revision({.id = "b1", .revises = "a1", .message = std::string(300, 'x')});
    const auto options = options_for(project, {{"LANG", "C.UTF-8"}});
    const auto shown = [&](const char* line) { return TerminalSession(rev_command(line), options).read_to_end(); };
    const auto cut = shown("history --graph");  // at 100 columns
    CHECK(has(cut, "xx\u2026"));
    CHECK_FALSE(has(cut, std::string(100, 'x')));
    CHECK(has(cut, wide + wide));
    CHECK_FALSE(has(cut, message));
    const auto whole = shown("history --graph --no-truncate");
    CHECK(has(whole, std::string(300, 'x')));
    CHECK(has(whole, message));
    CHECK(has(run_rev(words("history --graph"), options).out, std::string(300, 'x')));
    CHECK(has(shown("history"), std::string(300, 'x')));
}

}  // namespace rev::test
