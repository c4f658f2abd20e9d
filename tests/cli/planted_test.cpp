// Whoever may write to a database may put anything into it; whoever looks at it with rev has a terminal.
#include <doctest/doctest.h>

#include <csignal>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {
namespace {

using Kind = DatabaseProject::Kind;

/// Colours, a window title, a cleared screen, C1, the writing direction and its marks, DEL, a forged line.
constexpr const char* hostile =
    "\x1b[31mred\x1b]0;title\x07\x1b[2J\xc2\x9b"
    "31m\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8f\xd8\x9c\x7f\r\nforged: line";

std::string literal(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
    return quoted + "'";
}

/// Sets every text column of a table, but those that say which rows are rev's.
void plant_in(const DatabaseProject& database, const std::string& table, const std::string& columns,
              const std::string& where = "true") {
    std::string changes;
    for (std::size_t at = 0; at < columns.size();) {
        const auto end = std::min(columns.find(' ', at), columns.size());
        changes += (at == 0 ? "" : ", ") + columns.substr(at, end - at) + " = " + literal(hostile);
        at = end + 1;
    }
    database.query("UPDATE " + table + " SET " + changes + " WHERE " + where);
}

void check_harmless(const DatabaseProject& database, const std::string& line) {
    CAPTURE(line);
    const auto result = database.rev(line);
    CAPTURE(result.out);
    CAPTURE(result.err);
    CHECK_FALSE(steers_a_terminal(result.out));
    CHECK_FALSE(steers_a_terminal(result.err));
    CHECK_FALSE(has("\n" + result.err, "\nforged: line"));
    CHECK_FALSE(has("\n" + result.out, "\nforged: line"));
    CHECK(result.exit_code < 6);
}

/// What reads the tables, or says what it finds there before it is done.
constexpr const char* all_commands[] = {"status",
                                        "status -v",
                                        "current",
                                        "current -v",
                                        "current --check-heads",
                                        "log",
                                        "log -v",
                                        "log --json",
                                        "status --json",
                                        "history -i",
                                        "history -v -i",
                                        "history --graph -i",
                                        "graph",
                                        "graph --format dot",
                                        "graph --format mermaid",
                                        "graph --format svg",
                                        "graph --format html",
                                        "show current",
                                        "verify",
                                        "upgrade head --dry-run",
                                        "upgrade head",
                                        "downgrade -1",
                                        "downgrade -1 --from-log --yes",
                                        "resume",
                                        "resume --from-log",
                                        "repair b1 --applied",
                                        "repair b1 --applied --yes",
                                        "stamp head",
                                        "stamp --purge a1",
                                        "stamp --purge a1 --dry-run",
                                        "upgrade head --rehearse",
                                        "check --database-rights",
                                        "stamp --purge a1 --yes",
                                        "downgrade base --yes"};

const std::string log_columns =
    "message checksum raw_checksum database_user os_user host rev_version heads_after error tag source run header "
    "sql_from downgrade_sql";

}  // namespace

TEST_CASE("what stands in any column of rev's tables steers no terminal and forges no line") {
    for (const auto kind : both) {
        for (const bool unfinished : {false, true}) {
            for (const bool unknown : {false, true}) {
                CAPTURE(unfinished);
                CAPTURE(unknown);
                const DatabaseProject database(kind);
                database.revision({.id = "a1", .upgrade = "SELECT 1;", .downgrade = "SELECT 1;"});
                database.revision({.id = "b1",
                                   .revises = "a1",
                                   .upgrade = unfinished ? "SELECT 1;\nSELECT nope;" : "SELECT 1;",
                                   .downgrade = "SELECT 1;",
                                   .header = "transaction: false"});
                (void)database.rev("upgrade head");
                plant_in(database, "rev_log", log_columns);
                plant_in(database, "rev_log", "event revision", "id > 1");
                if (unfinished) plant_in(database, "rev_progress", "started_at error file changes checksum");
                if (!database.is_sqlite())
                    database.query("ALTER TABLE alembic_version ALTER version_num TYPE text");
                else
                    database.query("UPDATE rev_log SET started_at = " + literal(hostile));
                if (unknown) plant_in(database, "alembic_version", "version_num");
                for (const std::string line : all_commands) check_harmless(database, line);
            }
        }
    }
}

TEST_CASE("names, notices and errors of a server steer no terminal") {
    const DatabaseProject database(Kind::postgresql);
    const std::string table = "\"t\x1b[31m\xe2\x80\xae\n\"";
    database.revision({.id = "a1",
                       .upgrade = "CREATE TABLE " + table + " (x int);\nINSERT INTO " + table + " VALUES (1);",
                       .downgrade = "DROP TABLE " + table + ";"});
    database.revision({.id = "b1",
                       .revises = "a1",
                       .upgrade = "ALTER TABLE " + table + " ALTER x TYPE bigint;\nDO $$BEGIN RAISE WARNING '" +
                                  hostile + "'; END$$;",
                       .downgrade = "SELECT 1;"});
    database.revision({.id = "c1",
                       .revises = "b1",
                       .upgrade = "DO $$BEGIN RAISE EXCEPTION '" + std::string(hostile) + "' USING DETAIL = '" +
                                  hostile + "', HINT = '" + hostile + "'; END$$;"});
    for (const char* line : {"upgrade a1", "upgrade b1 --rehearse", "upgrade b1 --rehearse --json", "upgrade b1",
                             "upgrade head", "status", "log", "downgrade base", "downgrade base --yes"})
        check_harmless(database, line);
}

TEST_CASE("who is in the way is told without what its application calls itself steering the terminal") {
    const DatabaseProject database(Kind::postgresql);
    database.revision({.id = "a1", .upgrade = "CREATE TABLE t (x int);"});
    database.revision({.id = "b1", .revises = "a1", .upgrade = "ALTER TABLE t ADD y int;"});
    expect(database, "upgrade a1");
    RunningProgram holder({"psql", "-X", "-q", "-d", database.url, "-c",
                           "SET application_name = E'psql\\x1b[31m'; BEGIN; LOCK TABLE t; SELECT pg_sleep(60)"},
                          {});
    wait_until("psql has locked t", holder, [&] {
        return database.query(
                   "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation ="
                   " 't'::regclass") == "1";
    });
    database.write("alembic.yaml", database.read("alembic.yaml") + "statement_lock_timeout: 1s\n");
    check_harmless(database, "upgrade head");
    holder.signal(SIGINT);
    (void)holder.wait();
}

}  // namespace rev::test
