// Small revisions of settings, attached databases and temporary objects, in every order: one run ends as one run for
// each of them does.
#include <doctest/doctest.h>

#include <array>
#include <random>

#include "exec/exec_support.hpp"

namespace rev::test {
namespace {

struct Piece {
    const char* sql;
    const char* header = "";
};

/// The later ones show what is left of the earlier ones.
constexpr std::array<Piece, 20> pieces = {{
    {"PRAGMA synchronous = OFF; INSERT INTO t VALUES ('s');", "transaction: false"},
    {"PRAGMA journal_mode = MEMORY; INSERT INTO t VALUES ('j');", "transaction: false"},
    {"PRAGMA busy_timeout = 50;"},
    {"PRAGMA query_only = ON;"},
    {"PRAGMA recursive_triggers = ON;"},
    {"PRAGMA case_sensitive_like = ON;"},
    {"PRAGMA reverse_unordered_selects = ON;"},
    {"PRAGMA cache_size = 7;"},
    {"PRAGMA foreign_keys = ON; DELETE FROM p;", "transaction: false"},
    {"PRAGMA legacy_alter_table = ON;", "transaction: false"},
    {"ATTACH ':memory:' AS side; CREATE TABLE side.t (x);"},
    {"ATTACH ':memory:' AS side; CREATE TABLE side.u (x); INSERT INTO side.u VALUES (1);", "transaction: false"},
    {"CREATE TEMP TABLE t (x); INSERT INTO t VALUES ('temporary');"},
    {"CREATE TEMP TRIGGER doubled AFTER INSERT ON main.t BEGIN INSERT OR IGNORE INTO p VALUES (new.rowid + 100); END;"},
    {"CREATE TEMP VIEW p AS SELECT 9 AS id;", "transaction: false"},
    {"INSERT INTO t SELECT 'like' WHERE 'a' LIKE 'A';"},
    {"INSERT INTO t SELECT group_concat(id) FROM p;"},
    {"INSERT INTO t SELECT group_concat(cache_size) FROM pragma_cache_size;"},
    {"INSERT INTO t SELECT group_concat(name) FROM pragma_database_list; INSERT INTO t SELECT last_insert_rowid() > "
     "2;"},
    {"INSERT OR IGNORE INTO p VALUES (1), (2), (3); INSERT OR IGNORE INTO c VALUES (1), (99);"},
}};

std::string dump(Bench& bench) {
    return bench.query("SELECT sql FROM sqlite_master WHERE name NOT LIKE 'rev%' ORDER BY name") +
           bench.query("SELECT x FROM t ORDER BY rowid") + bench.query("SELECT id FROM p ORDER BY id") +
           bench.query("SELECT p FROM c ORDER BY rowid") + bench.query("PRAGMA journal_mode") +
           bench.query("PRAGMA user_version") + bench.rows();
}

void write_revisions(Bench& bench, unsigned seed) {
    std::minstd_rand random(seed);
    bench.revision("first",
                   "CREATE TABLE t (x); CREATE TABLE p (id INTEGER PRIMARY KEY);"
                   "CREATE TABLE c (p REFERENCES p ON DELETE CASCADE); INSERT INTO p VALUES (1), (2);"
                   "INSERT INTO c VALUES (1), (2);");
    for (int number = 0; number < 8; ++number) {
        const auto& piece = pieces[std::uniform_int_distribution<std::size_t>(0, pieces.size() - 1)(random)];
        bench.revision("r" + std::to_string(number), piece.sql, "-", piece.header);
    }
}

}  // namespace

TEST_CASE("on SQLite one run ends as one run for each revision does, whatever the revisions set") {
    for (unsigned seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        Bench at_once;
        Bench one_by_one;
        write_revisions(at_once, seed);
        write_revisions(one_by_one, seed);
        at_once.upgrade();
        one_by_one.upgrade("first");
        for (int number = 0; number < 8; ++number) {
            one_by_one.upgrade("r" + std::to_string(number));
            one_by_one.disconnect();
        }
        CHECK(dump(at_once) == dump(one_by_one));
    }
}

TEST_CASE(
    "ATTACH and settings that cannot be ended are refused, with their line, where all steps share a transaction") {
    for (const auto* statement : {"ATTACH 'other.db' AS other;", "PRAGMA cache_size = 5;"}) {
        Bench bench;
        bench.revision("a", "CREATE TABLE a (x);");
        bench.revision("b", std::string("SELECT 1;\n") + statement);
        bench.options.transaction = TransactionMode::all;
        const auto error = bench.upgrade_failure();
        CHECK(error.exit_code() == ExitCode::revision_failed);
        CHECK(error.location().file.ends_with("versions/b.sql"));
        CHECK(error.location().line == 8);
        CHECK(error.hint().find("--transaction all") != std::string::npos);
        CHECK(bench.query("SELECT count(*) FROM sqlite_master WHERE name = 'a'") == "0");
        bench.options.transaction = TransactionMode::per_revision;
        CHECK_THROWS_AS(bench.rehearse_upgrade(), Error);
        CHECK_FALSE(bench.project.exists("other.db"));
        bench.upgrade();
    }
}

TEST_CASE("PRAGMA foreign_keys in a transaction is refused with advice, and let through where the header says it") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);");
    bench.revision("b", "PRAGMA foreign_keys = OFF;\nCREATE TABLE b (x);\nPRAGMA foreign_keys = ON;");
    try {
        bench.upgrade();
        FAIL("it was not refused");
    } catch (const Error& error) {
        CHECK(error.exit_code() == ExitCode::graph);
        CHECK(error.location().line == 7);
        CHECK(error.hint().find("`sqlite_foreign_keys: false`") != std::string::npos);
    }
    CHECK(bench.query("SELECT count(*) FROM sqlite_master") == "0");

    Bench guided;
    guided.revision("b", "PRAGMA foreign_keys = OFF;\nCREATE TABLE b (x);\nPRAGMA foreign_keys = ON;", "-",
                    "sqlite_foreign_keys: false");
    guided.upgrade();
    REQUIRE(guided.reporter.warnings.size() == 2);
    CHECK(guided.reporter.warnings.front().find("versions/b.sql:8: PRAGMA foreign_keys does nothing") !=
          std::string::npos);
}

TEST_CASE("a revision that mends a foreign key mismatch of before is let through, one that makes it is not") {
    Bench bench;
    bench.revision("a",
                   "CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT);"
                   "CREATE TABLE child (code TEXT REFERENCES parent(code)); INSERT INTO child VALUES ('x');"
                   "INSERT INTO parent VALUES (1, 'x');");
    bench.revision("b", "CREATE UNIQUE INDEX parent_code ON parent (code);", "DROP INDEX parent_code;",
                   "sqlite_foreign_keys: false");
    CHECK(bench.upgrade().rows == std::vector<RevisionId>{"b"});
    CHECK(bench.failure([&] { bench.downgrade("a"); }).detail().find("foreign key mismatch") != std::string::npos);
    CHECK(bench.rows() == "b");
}

}  // namespace rev::test
