// What stands under the names of rev's own tables and was made by somebody else, or by an older rev, on SQLite and on
// PostgreSQL.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

using rev::test::both;
using rev::test::DatabaseProject;
using rev::test::expect;
using rev::test::has;
using rev::test::write_line;

using Kind = DatabaseProject::Kind;

namespace {

constexpr auto with_schema = "schema: schema.sql\n";

/// At a1 of three, as another tool has left it.
void stand_at_first(const DatabaseProject& project) {
    write_line(project);
    project.write("schema.sql", "CREATE TABLE table_a1 (id integer);\n");
    project.query(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);"
        "INSERT INTO alembic_version VALUES ('a1'); CREATE TABLE table_a1 (id integer)");
}

/// Something that is no table of rev's.
struct Foreign {
    std::string make;
    std::string unmake;
    std::string said;  ///< what it is, in the refusal
};

std::vector<Foreign> foreign_logs() {
    return {{"CREATE TABLE rev_log (a int)", "DROP TABLE rev_log", "rev_log is not rev's own: it has no column id"},
            {"CREATE TABLE rev_log (id int, event text)", "DROP TABLE rev_log", "it has no column revision"},
            {"CREATE VIEW rev_log AS SELECT 1 AS id", "DROP VIEW rev_log", "rev_log is a view"},
            {"CREATE INDEX rev_log ON table_a1 (id)", "DROP INDEX rev_log", "rev_log is an index"}};
}

std::vector<Foreign> foreign_ledgers() {
    return {{"CREATE TABLE rev_progress (a int)", "DROP TABLE rev_progress",
             "rev_progress is not rev's own: it has no column revision"},
            {"CREATE TABLE rev_progress (revision text, direction text, statement int, error text)",
             "DROP TABLE rev_progress", "it has no column statements"},
            {"CREATE VIEW rev_progress AS SELECT 1 AS revision", "DROP VIEW rev_progress", "rev_progress is a view"},
            {"CREATE INDEX rev_progress ON table_a1 (id)", "DROP INDEX rev_progress", "rev_progress is an index"}};
}

/// Each command that needs the table refuses it with the same words; the others go on, and nothing is changed.
void check_refused(Kind kind, const std::vector<Foreign>& all, const std::vector<std::string>& refuse,
                   const std::vector<std::string>& go_on) {
    const DatabaseProject project(kind, with_schema);
    stand_at_first(project);
    for (const auto& foreign : all) {
        CAPTURE(foreign.make);
        project.query(foreign.make);
        for (const auto& line : refuse) {
            const auto result = expect(project, line, 4);
            CHECK_MESSAGE(has(result.out + result.err, foreign.said), line, ": ", result.out, result.err);
            CHECK_MESSAGE(has(result.out + result.err, "drop or rename it"), line, ": ", result.out, result.err);
        }
        for (const auto& line : go_on) expect(project, line);
        CHECK(project.rows() == "a1");
        project.query(foreign.unmake);
    }
    // It was nothing else that kept them.
    expect(project, "upgrade head");
}

/// Stops at the second of its two statements until there is a table `gate`.
void stop_half_way(const DatabaseProject& project) {
    project.revision({.id = "a1",
                      .upgrade = "CREATE TABLE one (id integer);\nINSERT INTO gate VALUES (1);",
                      .downgrade = "DROP TABLE one;",
                      .header = "transaction: false"});
    expect(project, "upgrade head", 5);
}

/// As the first rev made them.
void make_tables_old(const DatabaseProject& project) {
    for (const std::string column : {"session", "invalid_indexes", "batches", "batch_rows", "notes"})
        project.query("ALTER TABLE rev_progress DROP COLUMN " + column);
    for (const std::string column : {"header", "sql_from", "notes", "repeatable", "session", "lease"})
        project.query("ALTER TABLE rev_log DROP COLUMN " + column);
}

}  // namespace

TEST_CASE("a log that is not rev's own is refused alike by every command that reads or writes it") {
    for (const auto kind : both)
        check_refused(kind, foreign_logs(),
                      {"log", "log --json", "upgrade head", "upgrade head --dry-run", "upgrade head --rehearse",
                       "downgrade base --yes", "stamp head", "status", "status --json", "repair b1 --applied --yes"},
                      {"current", "history -i", "show current"});
}

TEST_CASE("a ledger that is not rev's own is refused alike by every command that reads or writes it") {
    for (const auto kind : both)
        check_refused(
            kind, foreign_ledgers(),
            {"upgrade head", "upgrade head --dry-run", "upgrade head --rehearse", "downgrade base --yes", "stamp head",
             "status", "status --json", "resume", "repair b1 --applied --yes", "check --database", "drift"},
            {"current", "history -i", "show current", "log"});
}

TEST_CASE("a version table that is a view or an index is refused by every command that asks for the rows") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        project.query("CREATE TABLE t (id integer); CREATE INDEX alembic_version ON t (id)");
        for (const std::string line : {"current", "status", "upgrade head", "ensure-version"}) {
            const auto result = expect(project, line, 4);
            CHECK(has(result.out + result.err, "alembic_version is an index"));
        }
        project.query("DROP INDEX alembic_version; CREATE VIEW alembic_version AS SELECT 'a1' AS version_num");
        for (const std::string line : {"current", "status", "upgrade head", "ensure-version"}) {
            const auto result = expect(project, line, 4);
            CHECK(has(result.out + result.err, "alembic_version is a view"));
        }
    }
}

TEST_CASE("a table of leases that is not rev's own is refused where rev would look into it") {
    const DatabaseProject project(Kind::postgresql);
    write_line(project);
    expect(project, "upgrade a1");
    project.query("CREATE TABLE rev_lock (a int)");
    for (const std::string line : {"upgrade head", "status", "stamp head"}) {
        const auto result = expect(project, line, 4);
        CHECK(has(result.out + result.err, "rev_lock is not rev's own: it has no column version_table"));
    }
    expect(project, "current");
    expect(project, "log");
    CHECK(project.rows() == "a1");

    // On SQLite the name is anybody's.
    const DatabaseProject other(Kind::sqlite);
    write_line(other);
    other.query("CREATE TABLE rev_lock (a int)");
    expect(other, "upgrade head");
    expect(other, "status --exit-code");
}

TEST_CASE("nothing is made beside a log that is not rev's own") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        write_line(project);
        project.query("CREATE TABLE rev_log (a int)");
        for (const std::string line : {"ensure-version", "upgrade head", "stamp a1"}) expect(project, line, 4);
        const auto* count = kind == Kind::sqlite ? "SELECT count(*) FROM sqlite_master"
                                                 : "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
        CHECK(project.query(count) == "1");
    }
}

TEST_CASE("rev's tables may have their columns in any order, and more of them") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        const std::string id =
            kind == Kind::sqlite ? "INTEGER PRIMARY KEY" : "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
        project.query("CREATE TABLE rev_log (revision text, more text, event text, id " + id + ")");
        project.query(
            "CREATE TABLE rev_progress (notes text, batch_rows bigint, batches bigint, invalid_indexes text, session "
            "text,"
            " version_table text, checksum text, changes text, file text, error text, started_at text, line bigint,"
            " statements bigint, more text, statement bigint, direction text, revision text)");
        stop_half_way(project);
        CHECK(has(expect(project, "status").out, "Unfinished  upgrade of a1 stopped at statement 2 of 2"));
        project.query("CREATE TABLE gate (x integer)");
        expect(project, "resume");
        CHECK(project.rows() == "a1");
        expect(project, "status --exit-code");
        CHECK(project.query("SELECT event FROM rev_log ORDER BY id") == "fail\nupgrade");
        CHECK(has(expect(project, "log").out, "upgrade    a1"));
        expect(project, "downgrade base --yes");
    }
}

TEST_CASE("SQLite's names have no case, and so neither have those of rev's tables and their columns") {
    const DatabaseProject project(Kind::sqlite);
    write_line(project);
    project.query(
        "CREATE TABLE Alembic_Version (Version_Num VARCHAR(32) NOT NULL PRIMARY KEY);"
        "CREATE TABLE REV_LOG (ID INTEGER PRIMARY KEY, Event TEXT NOT NULL, Revision TEXT)");
    expect(project, "upgrade head");
    CHECK(project.rows() == "c1");
    CHECK(project.query("SELECT count(*) FROM rev_log") == "3");
    expect(project, "status --exit-code");
}

TEST_CASE("a run that an older rev began is resumed, and its tables get the columns that they lack") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        stop_half_way(project);
        make_tables_old(project);
        CHECK(has(expect(project, "status").out, "stopped at statement 2 of 2"));
        expect(project, "log");
        project.query("CREATE TABLE gate (x integer)");
        expect(project, "resume");
        CHECK(project.rows() == "a1");
        CHECK(project.query("SELECT count(*) FROM rev_log WHERE event = 'upgrade' AND header IS NOT NULL") == "1");
        CHECK(project.query("SELECT count(batches) FROM rev_progress") == "0");
    }
}

TEST_CASE("a run that an older rev began is closed, and the log gets the columns that it lacks") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        stop_half_way(project);
        make_tables_old(project);
        expect(project, "repair a1 --applied --yes");
        CHECK(project.rows() == "a1");
        CHECK(project.query("SELECT count(*) FROM rev_log WHERE event = 'repair' AND header IS NOT NULL") == "1");
    }
}

TEST_CASE("where the log has become somebody else's, no unfinished run goes on, and none is closed") {
    for (const auto kind : both) {
        const DatabaseProject project(kind);
        stop_half_way(project);
        project.query("ALTER TABLE rev_log RENAME TO old_log; CREATE TABLE rev_log (a int)");
        project.query("CREATE TABLE gate (x integer)");
        for (const std::string line : {"resume", "repair a1 --applied --yes", "repair a1 --not-applied --yes"})
            CHECK(has(expect(project, line, 4).err, "rev_log is not rev's own: it has no column id"));
        CHECK(project.query("SELECT count(*) FROM gate") == "0");
        CHECK(project.query("SELECT statement FROM rev_progress") == "2");
        CHECK(project.rows().empty());
        project.query("DROP TABLE rev_log; ALTER TABLE old_log RENAME TO rev_log");
        expect(project, "resume");
        CHECK(project.rows() == "a1");
    }
}
