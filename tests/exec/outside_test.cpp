// Revisions outside a transaction on SQLite: what is there again, and what is said, after a stop.
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "exec/exec_support.hpp"
#include "rev/stop.hpp"

namespace rev::test {
namespace {

constexpr auto outside = "transaction: false";

/// Stops at its last statement until a table `gate` is there, and then notes what the session says.
std::string until_gate(const std::string& sets, const std::string& asks) {
    return sets + "\nINSERT INTO gate SELECT " + asks + ";";
}

/// What the last statement saw after `rev resume`, on a new connection.
std::string seen_after_resume(const std::string& sets, const std::string& asks) {
    Bench bench;
    bench.revision("a", until_gate(sets, asks), "-", outside);
    bench.upgrade_failure();
    bench.database().reconnect();
    bench.run("CREATE TABLE gate (x)");
    bench.resume();
    return bench.query("SELECT x FROM gate");
}

Error resume_refusal(Bench& bench) {
    bench.database().reconnect();
    try {
        bench.resume();
    } catch (const Error& error) {
        return error;
    }
    throw std::runtime_error("the run was resumed");
}

TEST_CASE("resume makes the PRAGMAs again that the section had set") {
    CHECK(seen_after_resume("PRAGMA foreign_keys = ON;", "foreign_keys FROM pragma_foreign_keys") == "1");
    CHECK(seen_after_resume("PRAGMA legacy_alter_table = ON;", "* FROM pragma_legacy_alter_table") == "1");
    CHECK(seen_after_resume("PRAGMA main.synchronous(OFF);", "* FROM pragma_synchronous") == "0");
    CHECK(seen_after_resume("PRAGMA recursive_triggers = 1;", "* FROM pragma_recursive_triggers") == "1");
    CHECK(seen_after_resume("PRAGMA case_sensitive_like = 1;", "'a' LIKE 'A'") == "0");
    CHECK(seen_after_resume("PRAGMA cache_size = -4321;", "* FROM pragma_cache_size") == "-4321");
    CHECK(seen_after_resume("PRAGMA foreign_keys = ON;\nPRAGMA foreign_keys = OFF;", "* FROM pragma_foreign_keys") ==
          "0");
    // A PRAGMA is not undone by a rollback, and this one is kept by the transaction's commit.
    CHECK(seen_after_resume("BEGIN;\nPRAGMA recursive_triggers = 1;\nROLLBACK;", "* FROM pragma_recursive_triggers") ==
          "1");
    CHECK(seen_after_resume("SAVEPOINT s;\nPRAGMA recursive_triggers = 1;\nRELEASE s;",
                            "* FROM pragma_recursive_triggers") == "1");
    CHECK(seen_after_resume("PRAGMA page_size = 1024;", "1") == "1");
}

TEST_CASE("a page size that was set before the stop is what VACUUM makes behind it") {
    Bench bench;
    bench.revision("a", "PRAGMA page_size = 1024;\nINSERT INTO gate VALUES (1);\nVACUUM;", "-", outside);
    bench.upgrade_failure();
    bench.database().reconnect();
    bench.run("CREATE TABLE gate (x)");
    bench.resume();
    CHECK(bench.query("PRAGMA page_size") == "1024");
}

TEST_CASE("the rows of a table that is built anew survive a stop and a resume") {
    Bench bench;
    bench.options.sqlite_foreign_keys = true;
    bench.revision("a",
                   "CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT);\n"
                   "CREATE TABLE book (author INTEGER REFERENCES author ON DELETE CASCADE);\n"
                   "INSERT INTO author VALUES (1, 'x'), (2, 'x');\nINSERT INTO book VALUES (1), (2);");
    bench.revision("b",
                   "PRAGMA foreign_keys = OFF;\nCREATE TABLE author_new (id INTEGER PRIMARY KEY, name TEXT UNIQUE);\n"
                   "INSERT INTO author_new SELECT id, name FROM author;\nDROP TABLE author;\n"
                   "ALTER TABLE author_new RENAME TO author;",
                   "-", outside);
    bench.upgrade_failure();
    bench.database().reconnect();
    bench.run("UPDATE author SET name = 'y' WHERE id = 2");
    bench.resume();
    CHECK(bench.query("SELECT count(*) FROM book") == "2");
}

TEST_CASE("resume attaches a file again, and refuses when it is gone or was in memory") {
    Bench bench;
    const auto file = std::filesystem::absolute(bench.project.path() / "other.db").string();
    const auto section = "ATTACH '" + file +
                         "' AS other;\nCREATE TABLE other.t (x);\nINSERT INTO gate VALUES (1);\n"
                         "INSERT INTO other.t VALUES (2);";
    bench.revision("a", section, "-", outside);
    bench.upgrade_failure();
    std::filesystem::rename(file, file + ".gone");
    bench.run("CREATE TABLE gate (x)");
    const auto refused = resume_refusal(bench);
    CHECK(refused.code() == "session_lost");
    CHECK(refused.exit_code() == ExitCode::database);
    CHECK(std::string(refused.what()).find(file) != std::string::npos);
    std::filesystem::rename(file + ".gone", file);
    bench.database().reconnect();
    bench.resume();
    CHECK(bench.rows() == "a");
    bench.database().reconnect();
    bench.run("ATTACH '" + file + "' AS other");
    CHECK(bench.query("SELECT x FROM other.t") == "2");

    Bench memory;
    memory.revision("a", "ATTACH ':memory:' AS other;\nnonsense;", "-", outside);
    memory.upgrade_failure();
    CHECK(resume_refusal(memory).code() == "session_lost");
}

TEST_CASE("resume refuses where a temporary table is gone, and says which and what to do") {
    for (const auto* made :
         {"CREATE TEMP TABLE batch AS SELECT 1 AS x;", "CREATE TEMPORARY VIEW batch AS SELECT 1 AS x;",
          "BEGIN;\nCREATE TEMP TABLE batch (x);\nCOMMIT;"}) {
        CAPTURE(made);
        Bench bench;
        bench.revision("a", std::string(made) + "\nINSERT INTO gate SELECT x FROM batch;", "-", outside);
        bench.upgrade_failure();
        bench.run("CREATE TABLE gate (x)");
        const auto refused = resume_refusal(bench);
        CHECK(refused.code() == "session_lost");
        CHECK(std::string(refused.what()).find("batch") != std::string::npos);
        CHECK(refused.hint().find("rev repair a --not-applied") != std::string::npos);
    }
    Bench bench;
    bench.revision("a", "CREATE TEMP TABLE batch (x);\nDROP TABLE batch;\nINSERT INTO gate VALUES (1);", "-", outside);
    bench.upgrade_failure();
    bench.database().reconnect();
    bench.run("CREATE TABLE gate (x)");
    bench.resume();
    CHECK(bench.rows() == "a");
}

TEST_CASE("a PRAGMA that somebody else wrote into the ledger is not run") {
    Bench bench;
    bench.revision("a", "SELECT 1;\nnonsense;", "-", outside);
    bench.upgrade_failure();
    for (const auto* planted : {"pragma writable_schema=1; DROP TABLE x", "pragma user_version=7"}) {
        bench.run(std::string("UPDATE rev_progress SET session = '") + planted + "'");
        CHECK(resume_refusal(bench).code() == "session_lost");
    }
    CHECK(bench.query("PRAGMA user_version") == "0");
}

TEST_CASE("a transaction that a savepoint opened and nothing closed is an error with its place") {
    for (const auto& each : {std::pair("SAVEPOINT s;\nCREATE TABLE t (x);", 8),
                             {"CREATE TABLE t (x);\nSAVEPOINT s;\nSAVEPOINT u;\nRELEASE u;", 9},
                             {"BEGIN;\nCOMMIT;\nBEGIN EXCLUSIVE;\nSAVEPOINT u;\nROLLBACK TO u;", 10}}) {
        const auto& section = each.first;
        const auto& line = each.second;
        CAPTURE(section);
        Bench bench;
        bench.revision("a", section, "-", outside);
        const auto error = bench.upgrade_failure();
        CHECK(error.code() == "open_transaction");
        CHECK(error.location().line == static_cast<std::size_t>(line));
        CHECK_FALSE(error.location().line_text.empty());
        CHECK(error.hint().find("rev repair a --applied") != std::string::npos);
    }
}

TEST_CASE("a RELEASE that commits takes the ledger with it") {
    Bench bench;
    bench.revision("a", "CREATE TABLE t (x);\nSAVEPOINT s;\nINSERT INTO t VALUES (1);\nRELEASE s;\nnonsense;", "-",
                   outside);
    bench.upgrade_failure();
    CHECK(state::read_unfinished(bench.database(), {}).at(0).statement == 5);
    CHECK(bench.query("SELECT count(*) FROM t") == "1");
}

TEST_CASE("outside a transaction a failing verify section says that nothing was undone, and resume verifies again") {
    Bench bench;
    bench.revision("a", "CREATE TABLE t (x);\nINSERT INTO t VALUES (1);", "-", outside,
                   "\n-- rev:verify empty\nSELECT x FROM t;\n");
    const auto error = bench.upgrade_failure();
    CHECK(error.code() == "verify_failed");
    CHECK(std::string(error.what()).find("ran and stays as it is, but is not recorded") != std::string::npos);
    CHECK(error.hint().find("`rev resume`") != std::string::npos);
    CHECK(bench.log().front().error.find("was undone") == std::string::npos);
    CHECK(bench.query("SELECT count(*) FROM t") == "1");
    bench.run("DELETE FROM t");
    bench.resume();
    CHECK(bench.rows() == "a");
}

TEST_CASE("a stop outside a transaction says what is done and where to go on") {
    Bench bench;
    bench.revision("a", "SELECT 1;");
    bench.revision("b", "CREATE TABLE t (x);\nCREATE TABLE u (x);", "-", outside);
    bench.reporter.on_step = [&] {
        if (bench.reporter.started.back() == "b") request_stop(SIGTERM);
    };
    const auto error = bench.upgrade_failure();
    clear_stop();
    CHECK(error.exit_code() == ExitCode::terminated);
    const std::string said = error.what();
    CHECK(said.find("nothing was changed") == std::string::npos);
    CHECK(said.find("none of its statements is done") != std::string::npos);
    CHECK(said.find("1 of 2 steps are done and stay") != std::string::npos);
    CHECK(error.hint() == "go on with `rev resume`");
}

TEST_CASE("a failure outside a transaction says what is done and how to go on") {
    Bench bench;
    bench.revision("a", "CREATE TABLE t (x);\nCREATE TABLE u (x);\nnonsense;", "-", outside);
    const auto error = bench.upgrade_failure();
    CHECK(error.hint().find("its first 2 statements are done and stay") != std::string::npos);
    CHECK(error.hint().find("`rev resume`") != std::string::npos);
}

/// SQLite's own count of the transactions that wrote to the file.
unsigned commits_of(const Bench& bench) {
    std::ifstream file(bench.project.path() / "test.db", std::ios::binary);
    constexpr int change_counter = 24;
    file.seekg(change_counter);
    unsigned count = 0;
    for (int byte = 0; byte < 4; ++byte) count = count << 8U | static_cast<unsigned>(file.get());
    return count;
}

TEST_CASE("a section outside a transaction costs few commits besides its own") {
    const auto cost = [](const std::string& section, const std::string& sections = {}) {
        Bench bench;
        bench.revision("first", "CREATE TABLE a (x);\nCREATE TABLE b (x);", "-", outside);
        bench.upgrade();
        const auto before = commits_of(bench);
        bench.revision("second", section, "-", outside, sections);
        bench.upgrade();
        CHECK(bench.rows() == "second");
        CHECK(state::read_unfinished(bench.database(), {}).empty());
        CHECK(bench.events() == "upgrade first,upgrade second");
        return commits_of(bench) - before;
    };
    CHECK(cost("-- nothing but a comment") == 1);
    CHECK(cost("SELECT 1;\nSELECT 2;") == 1);
    CHECK(cost("CREATE TABLE c (x);") == 1);
    CHECK(cost("PRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE c (x);\nDROP TABLE a;\nCOMMIT;\n"
               "PRAGMA main.foreign_keys = ON;") == 1);
    CHECK(cost("BEGIN;\nINSERT INTO a VALUES (1);\nCOMMIT;\nSAVEPOINT s;\nINSERT INTO b VALUES (1);\nRELEASE s;") == 2);
    CHECK(cost("SAVEPOINT s;\nSAVEPOINT u;\nINSERT INTO a VALUES (1);\nRELEASE u;\nROLLBACK TO s;\n"
               "INSERT INTO a VALUES (1);\nRELEASE s;\nSELECT 1;") == 2);
    CHECK(cost("BEGIN;\nINSERT INTO a VALUES (1);\nCOMMIT;", "\n-- rev:verify\nSELECT 1;\n") == 2);
    CHECK(cost("BEGIN;\nINSERT INTO a VALUES (1);\nROLLBACK;") == 1);
}

TEST_CASE("repair says who was quicker") {
    Bench bench;
    bench.revision("a", "CREATE TABLE gate2 (x);\nINSERT INTO gate VALUES (1);", "-", outside);
    bench.upgrade_failure();
    bench.run("CREATE TABLE gate (x)");
    bench.resume();
    try {
        repair(bench.database(), {}, "a", run::RepairOutcome::applied);
        FAIL("there was nothing to repair");
    } catch (const Error& error) {
        CHECK(error.code() == "nothing_unfinished");
        CHECK(std::string(error.what()).find("its last upgrade was recorded at 20") != std::string::npos);
    }
}

TEST_CASE("resume makes the PRAGMAs again that limit what SQLite may use") {
    CHECK(seen_after_resume("PRAGMA secure_delete = 0;", "* FROM pragma_secure_delete") == "0");
    CHECK(seen_after_resume("PRAGMA secure_delete = 1;", "* FROM pragma_secure_delete") == "1");
    CHECK(seen_after_resume("PRAGMA secure_delete = FAST;", "* FROM pragma_secure_delete") == "2");
    CHECK(seen_after_resume("PRAGMA max_page_count = 300;", "* FROM pragma_max_page_count") == "300");
    CHECK(seen_after_resume("PRAGMA threads = 2;", "* FROM pragma_threads") == "2");
}

TEST_CASE("resume keeps the key of the row that was inserted last") {
    constexpr auto fill = "CREATE TABLE p (id INTEGER PRIMARY KEY, n);\nINSERT INTO p VALUES (41, 'a'), (42, 'b');";
    CHECK(seen_after_resume(fill, "last_insert_rowid()") == "42");
    CHECK(seen_after_resume(std::string("BEGIN;\n") + fill + "\nCOMMIT;", "last_insert_rowid()") == "42");
    CHECK(seen_after_resume(std::string(fill) + "\nCREATE VIEW v AS SELECT last_insert_rowid() AS id;", "id FROM v") ==
          "42");
    CHECK(seen_after_resume(std::string(fill) + "\nPRAGMA recursive_triggers = 1;",
                            "last_insert_rowid() || ' ' || recursive_triggers FROM pragma_recursive_triggers") ==
          "42 1");
}

/// What a statement behind others sees, and what it sees where sqlite3 runs them all.
void check_as_in_shell(const std::string& section, const std::string& header) {
    CAPTURE(section);
    Bench bench;
    bench.revision("a", section, "-", header);
    bench.upgrade();
    const auto shell = (bench.project.path() / "shell.db").string();
    const auto ran = run_program({"sqlite3", shell}, {bench.project.path(), {}, section});
    REQUIRE_MESSAGE(ran.exit_code == 0, ran.err);
    const auto asked =
        run_program({"sqlite3", shell, "SELECT n FROM seen ORDER BY rowid"}, {bench.project.path(), {}, {}});
    CHECK(bench.query("SELECT n FROM seen ORDER BY rowid") + "\n" == asked.out);
}

TEST_CASE("changes() and total_changes() tell of the revision's statements and not of rev's") {
    constexpr auto start =
        "CREATE TABLE seen (n INTEGER);\nCREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);\n"
        "INSERT INTO p VALUES (1, 'a'), (2, 'b'), (3, 'c');\n";
    for (const auto* header : {"transaction: false", ""}) {
        for (const auto* rest :
             {"INSERT INTO seen VALUES (changes());\n", "INSERT INTO seen VALUES (total_changes());\n",
              "UPDATE p SET n = 'x' WHERE id < 3;\nCREATE TABLE q (x);\nINSERT INTO seen VALUES (changes());\n",
              "DELETE FROM p WHERE id > 99;\nINSERT INTO seen VALUES (changes());\n"
              "INSERT INTO seen VALUES (changes());\nINSERT INTO seen VALUES (total_changes());\n",
              "CREATE TRIGGER t AFTER UPDATE ON p BEGIN UPDATE p SET n = 'y' WHERE id = new.id; INSERT INTO seen "
              "VALUES (changes()); DELETE FROM p WHERE id > 99; INSERT INTO seen VALUES (changes()); END;\n"
              "UPDATE p SET n = 'z' WHERE id = 2;\nINSERT INTO seen VALUES (changes());\n"})
            check_as_in_shell(std::string(start) + rest, header);
    }
}

TEST_CASE_FIXTURE(Bench, "PRAGMA query_only binds a section's own statements, and not the ledger between them") {
    revision("a",
             "CREATE TABLE a (x int);\nPRAGMA query_only = ON;\nSELECT 1;\nBEGIN;\nSELECT 2;\nCOMMIT;\n"
             "PRAGMA query_only = OFF;\nBEGIN;\nINSERT INTO a VALUES (1);\nPRAGMA query_only = ON;\nCOMMIT;\n"
             "PRAGMA query_only = OFF;\nINSERT INTO a VALUES (2);",
             "-", "transaction: false");
    upgrade();
    CHECK(query("SELECT sum(x) FROM a") == "3");
    revision("b", "CREATE TABLE b (x int);\nPRAGMA query_only = ON;\nINSERT INTO b VALUES (3);", "-",
             "transaction: false");
    const auto error = upgrade_failure();
    CHECK(std::string(error.what()).find("readonly") != std::string::npos);
    CHECK(error.location().line == 10);
    CHECK(query("SELECT statement FROM rev_progress") == "3");
    disconnect();
    CHECK(failure([this] { resume(); }).location().line == 10);  // it is on again
    CHECK(query("SELECT count(*) FROM b") == "0");
}

}  // namespace
}  // namespace rev::test
