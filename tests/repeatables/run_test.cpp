// Repeatable objects in runs of the program.
#include "repeatables/repeatable_project.hpp"

namespace rev::test {
namespace {

TEST_CASE("they are made at the heads, and again when their file has changed") {
    for (const auto kind : both) {
        const RepeatableProject project(kind);
        project.view("total", "SELECT sum(price) AS value FROM item");
        project.view("half", "SELECT value / 2 AS value FROM total", "-- needs: total\n");
        const auto first = expect(project, "upgrade head");
        CHECK(has(first.err, "Running apply total, about total"));
        CHECK(has(first.err, "Done: 3 steps"));
        CHECK(project.query("SELECT value FROM half") == "30");
        CHECK(project.log() == "upgrade a1, apply total, apply half");
        CHECK(project.rows() == "a1");

        CHECK(has(expect(project, "upgrade head").err, "Nothing to do"));
        project.view("half", "SELECT value / 3 AS value FROM total", "-- needs: total\n");
        const auto shown = expect(project, "upgrade head --dry-run");
        CHECK(has(shown.out, "apply half, about half\n"));
        CHECK(has(shown.err, "1 repeatable and no revision would run; nothing was changed"));
        CHECK(project.query("SELECT value FROM half") == "30");
        CHECK(expect(project, "upgrade head --detailed-exitcode", 10).exit_code == 10);
        CHECK(project.query("SELECT value FROM half") == "20");

        // Tokens count, and nothing else.
        const auto text = project.read("objects/half.sql");
        project.write("objects/half.sql", "-- other words\n" + text + "\n  -- and a comment\n");
        CHECK(has(expect(project, "upgrade head").err, "Nothing to do"));
        expect(project, "upgrade head --no-repeatables");
        CHECK(project.log() == "upgrade a1, apply total, apply half, apply half");
    }
}

TEST_CASE("an upgrade that stops below the heads, a stamp and --no-repeatables leave them") {
    for (const auto kind : both) {
        const RepeatableProject project(kind);
        project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT 1;"});
        project.view("total", "SELECT sum(price) AS value FROM item");
        expect(project, "upgrade a1");
        CHECK(!project.has_view("total"));
        expect(project, "upgrade head --no-repeatables");
        CHECK(!project.has_view("total"));
        expect(project, "stamp head");
        CHECK(!project.has_view("total"));
        const auto status = expect(project, "status --exit-code", 1).out;
        CHECK(has(status, "State       behind\n"));
        CHECK(has(status, "Repeatable  1 repeatable missing\n            total is to be made (objects/total.sql)\n"));
        CHECK(has(status, "Next        rev upgrade head\n"));
        expect(project, "upgrade head");
        CHECK(project.has_view("total"));
        CHECK(has(expect(project, "status --exit-code").out, "State       up to date\n"));
    }
}

TEST_CASE("one that is dropped before is made again, and a downgrade leaves it missing") {
    for (const auto kind : both) {
        const RepeatableProject project(kind);
        project.strict_view("total", "SELECT sum(price) AS value FROM item");
        project.strict_view("twice", "SELECT 2 * value AS value FROM total", "-- needs: total\n");
        project.view("loose", "SELECT 1 AS value");
        expect(project, "upgrade head");
        project.revision({.id = "b1",
                          .revises = "a1",
                          .upgrade = project.is_sqlite() ? "ALTER TABLE item RENAME COLUMN price TO price;"
                                                         : "ALTER TABLE item ALTER COLUMN price TYPE bigint;",
                          .downgrade = "SELECT 1;"});
        expect(project, "upgrade head");
        CHECK(project.log() ==
              "upgrade a1, apply loose, apply total, apply twice, "
              "drop twice, drop total, upgrade b1, apply total, apply twice");
        CHECK(project.query("SELECT value FROM twice") == "120");
        expect(project, "downgrade -1 --yes");
        CHECK(!project.has_view("total"));
        CHECK(!project.has_view("twice"));
        CHECK(project.has_view("loose"));
        const auto status = expect(project, "status").out;
        CHECK(has(status, "2 repeatables missing"));
        expect(project, "upgrade head");
        CHECK(project.query("SELECT value FROM twice") == "120");
        // Its file has changed and no revision runs: it cannot be replaced.
        project.strict_view("total", "SELECT min(price) AS value FROM item");
        expect(project, "upgrade head");
        CHECK(project.query("SELECT value FROM twice") == "20");
        expect(project, "downgrade base --yes --no-repeatables", project.is_sqlite() ? 0 : 5);
    }
}

TEST_CASE("a failing one leaves the earlier ones, says where, and goes on when it is mended") {
    for (const auto kind : both) {
        const RepeatableProject project(kind);
        project.view("a", "SELECT 1 AS value");
        project.view("b", "SELECT value FROM a", "-- needs: a\n");
        project.write("objects/b.sql", project.read("objects/b.sql") + "SELECT * FROM nowhere;\n");
        project.view("c", "SELECT 3 AS value", "-- needs: b\n");
        const auto failed = expect(project, "upgrade head", 5);
        CHECK(has(failed.err, project.is_sqlite() ? "objects/b.sql:9:" : "objects/b.sql:8:"));
        CHECK(has(failed.err, "SELECT * FROM nowhere;"));
        CHECK(has(failed.err, "Stopped after 2 of 4 steps; the database is at a1"));
        CHECK(project.has_view("a"));
        CHECK(!project.has_view("b"));
        CHECK(!project.has_view("c"));
        CHECK(project.log() == "upgrade a1, apply a, fail b");
        CHECK(has(expect(project, "log -n 1").out, "fail       b "));
        CHECK(has(expect(project, "status").out, "2 repeatables missing"));
        project.view("b", "SELECT value + 1 AS value FROM a", "-- needs: a\n");
        expect(project, "upgrade head");
        CHECK(project.log() == "upgrade a1, apply a, fail b, apply b, apply c");
    }
}

TEST_CASE("a revision that fails leaves what was dropped before it missing") {
    for (const auto kind : both) {
        const RepeatableProject project(kind);
        project.strict_view("total", "SELECT sum(price) AS value FROM item");
        expect(project, "upgrade head");
        project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT * FROM nowhere;"});
        expect(project, "upgrade head", 5);
        CHECK(!project.has_view("total"));
        CHECK(has(expect(project, "status").out, "total is to be made"));
        project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT 1;"});
        expect(project, "upgrade head");
        CHECK(project.has_view("total"));
        // In one transaction nothing of it happens.
        project.revision({.id = "c1", .revises = "b1", .upgrade = "SELECT * FROM nowhere;"});
        expect(project, "upgrade head --transaction all", 5);
        CHECK(project.has_view("total"));
        CHECK(has(expect(project, "status").out, "Current     b1"));
        CHECK(!has(expect(project, "status").out, "Repeatable"));
        project.revision({.id = "c1", .revises = "b1", .upgrade = "SELECT 1;"});
        expect(project, "upgrade head --transaction all");
        CHECK(project.has_view("total"));
        CHECK(has(project.log(), "drop total, upgrade c1, apply total"));
    }
}

TEST_CASE("one without a drop section is never dropped, also where CASCADE takes it along") {
    const RepeatableProject project(DatabaseProject::Kind::postgresql);
    project.object({.name = "total",
                    .apply = "CREATE VIEW total AS SELECT sum(price) AS value FROM item;",
                    .drop = "DROP VIEW total CASCADE;",
                    .header = "-- drop_before_upgrade: true\n"});
    project.view("half", "SELECT value / 2 AS value FROM total", "-- needs: total\n");
    expect(project, "upgrade head");
    project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT * FROM nowhere;", .downgrade = "SELECT 1;"});
    expect(project, "upgrade head", 5);
    CHECK(!project.has_view("half"));
    CHECK(!has(project.log(), "drop half"));
    CHECK(has(expect(project, "status").out, "half is to be made"));
    project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT 1;", .downgrade = "SELECT 1;"});
    expect(project, "upgrade head");
    CHECK(project.query("SELECT value FROM half") == "30");
}

TEST_CASE("what one sets ends with it, limits and variables hold") {
    for (const auto kind : both) {
        const RepeatableProject project(kind, "variables: {amount: '7'}\n");
        const auto set = project.is_sqlite() ? "PRAGMA case_sensitive_like = on;\n" : "SET search_path = nowhere;\n";
        project.object({.name = "a", .apply = std::string(set) + "SELECT 1;"});
        project.view("b", "SELECT :amount AS value", "-- variables: amount\n");
        expect(project, "upgrade head");
        CHECK(project.query("SELECT value FROM b") == "7");
        // Before variables are filled in.
        CHECK(has(expect(project, "-x amount=8 upgrade head").err, "Nothing to do"));
    }
    const RepeatableProject project(DatabaseProject::Kind::postgresql);
    project.object({.name = "slow", .apply = "SELECT pg_sleep(20);", .header = "-- statement_timeout: 100ms\n"});
    CHECK(has(expect(project, "upgrade head", 5).err, "objects/slow.sql:7:1"));
}

TEST_CASE("-x gives a variable that only a repeatable lists its value, before the command or after it") {
    for (const auto kind : both) {
        const RepeatableProject project(kind);
        project.object({.name = "dear",
                        .apply = "CREATE VIEW :view AS SELECT id FROM item WHERE price > :floor;",
                        .drop = "DROP VIEW :view;",
                        .header = "-- drop_before_upgrade: true\n-- variables: view, floor\n"});
        expect(project, "check -x view=dear_items -x floor=15");
        expect(project, "lint -x view=dear_items -x floor=15");
        CHECK(has(expect(project, "upgrade head --sql -x view=dear_items -x floor=15").out, "WHERE price > 15;"));
        expect(project, "-x view=dear_items -x floor=15 upgrade head");
        CHECK(project.query("SELECT count(*) FROM dear_items") == "2");
        expect(project, "-x floor=15 verify");
        expect(project, "status -x floor=15");

        project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT 1;", .downgrade = "SELECT 1;"});
        expect(project, "upgrade head -x view=dear_items -x floor=25");
        CHECK(project.query("SELECT count(*) FROM dear_items") == "1");
        expect(project, "downgrade a1 -x view=dear_items -x floor=25");
        CHECK(!project.has_view("dear_items"));
        CHECK(project.log() == "upgrade a1, apply dear, drop dear, upgrade b1, apply dear, drop dear, downgrade b1");
    }
}

TEST_CASE("-x with a name that neither a revision nor a repeatable lists is an error with the nearest name") {
    const RepeatableProject project(DatabaseProject::Kind::sqlite);
    project.view("dear", "SELECT id FROM item WHERE price > :floor", "-- variables: floor\n");
    for (const char* line : {"-x flor=15 upgrade head", "upgrade head -x floor=15 -x flor=15", "check -x flor=15",
                             "lint -x flor=15", "verify -x flor=15"}) {
        CAPTURE(line);
        const auto refused = expect(project, line, 2);
        CHECK(error_of(refused) == "-x gives the variable flor a value, and no revision or repeatable file names it");
        CHECK(hint_of(refused) == "did you mean `floor`?");
    }
    // What is wrong with a repeatable is said, and not that of all names its file may have this one.
    project.object({.name = "broken", .apply = "SELECT 1;", .header = "-- needs: nowhere\n"});
    CHECK(has(expect(project, "upgrade head -x flor=15", 3).err, "there is no such repeatable"));
}

TEST_CASE("what cannot run in a transaction is refused before anything runs") {
    const RepeatableProject project(DatabaseProject::Kind::postgresql);
    project.object({.name = "index", .apply = "CREATE INDEX CONCURRENTLY item_price ON item (price);"});
    const auto refused = expect(project, "upgrade head", 3);
    CHECK(has(refused.err, "objects/index.sql:6:1"));
    CHECK(has(hint_of(refused), "move it to a revision"));
    CHECK(project.query("SELECT count(*) FROM pg_tables WHERE tablename = 'item'") == "0");
    project.object({.name = "index", .apply = "BEGIN; SELECT 1; COMMIT;"});
    CHECK(has(expect(project, "upgrade head", 3).err, "BEGIN in a repeatable"));
    project.object({.name = "index", .apply = "-- rev:todo: write it"});
    CHECK(has(expect(project, "upgrade head", 3).err, "the apply section of repeatable index is not written yet"));
    project.write("objects/index.sql", "-- repeatable: index\n\n-- rev:apply sqlite\nSELECT 1;\n");
    const auto missing = expect(project, "upgrade head", 3);
    CHECK(has(missing.err, "repeatable index has no apply section for postgresql"));
    CHECK(has(missing.err, "objects/index.sql:1"));
}

TEST_CASE("a name that is also a revision's means nothing") {
    for (const auto kind : both) {
        const RepeatableProject project(kind);
        project.view("a1", "SELECT 1 AS value");
        expect(project, "upgrade head");
        project.view("a1", "SELECT 2 AS value");
        expect(project, "upgrade head");
        CHECK(project.log() == "upgrade a1, apply a1, apply a1");
        CHECK(has(expect(project, "status --exit-code").out, "up to date"));
        expect(project, "verify");
        CHECK(has(expect(project, "current").out, "a1 (head)"));
        expect(project, "downgrade base --from-log --yes");
        CHECK(project.rows().empty());
        expect(project, "upgrade head");
        CHECK(project.rows() == "a1");
    }
}

TEST_CASE("two runs at once make each once") {
    for (const auto kind : both) {
        const RepeatableProject project(kind);
        project.strict_view("total", "SELECT sum(price) AS value FROM item");
        auto one = start(project, "upgrade head");
        auto other = start(project, "upgrade head");
        const auto first = one.wait();
        const auto second = other.wait();
        CHECK_MESSAGE(first.exit_code == 0, first.err);
        CHECK_MESSAGE(second.exit_code == 0, second.err);
        CHECK(project.log() == "upgrade a1, apply total");
    }
}

}  // namespace
}  // namespace rev::test
