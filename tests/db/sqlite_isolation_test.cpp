// What a step sets ends with it, on real SQLite files.
#include <doctest/doctest.h>

#include <array>

#include "db/fixtures.hpp"

namespace rev::test {
namespace {

namespace fs = std::filesystem;

/// Who does not say how long to wait for a lock does not wait.
std::unique_ptr<Database> open_with_lock_timeout(const fs::path& file, std::chrono::milliseconds lock_timeout = {}) {
    OpenOptions options;
    options.lock_timeout = lock_timeout;
    return open_database(sqlite_url(file), options);
}

std::string value(Database& database, const std::string& sql) {
    std::string text;
    for (const auto& row : database.query(sql)) text += (text.empty() ? "" : ",") + row.at(0).value_or("NULL");
    return text;
}

Command begin_plan() {
    auto command = begin();
    command.holds_plan = true;
    return command;
}

/// What the connection tells of itself.
std::string session(Database& database) {
    constexpr std::array<const char*, 27> pragmas = {"synchronous",
                                                     "busy_timeout",
                                                     "cache_size",
                                                     "cache_spill",
                                                     "temp_store",
                                                     "locking_mode",
                                                     "journal_mode",
                                                     "query_only",
                                                     "defer_foreign_keys",
                                                     "foreign_keys",
                                                     "recursive_triggers",
                                                     "ignore_check_constraints",
                                                     "legacy_alter_table",
                                                     "writable_schema",
                                                     "wal_autocheckpoint",
                                                     "mmap_size",
                                                     "read_uncommitted",
                                                     "reverse_unordered_selects",
                                                     "automatic_index",
                                                     "trusted_schema",
                                                     "cell_size_check",
                                                     "journal_size_limit",
                                                     "max_page_count",
                                                     "secure_delete",
                                                     "threads",
                                                     "fullfsync",
                                                     "checkpoint_fullfsync"};
    std::string text;
    for (const auto* pragma : pragmas)
        text += std::string(pragma) + "=" + value(database, std::string("PRAGMA ") + pragma) + " ";
    return text + value(database, "SELECT 'a' LIKE 'A'") + value(database, "SELECT name FROM pragma_database_list") +
           value(database, "SELECT name FROM sqlite_temp_master") + value(database, "SELECT last_insert_rowid()");
}

constexpr std::array<const char*, 34> settings = {
    "PRAGMA synchronous = OFF",
    "PRAGMA main.synchronous = EXTRA",
    "PRAGMA busy_timeout = 5",
    "PRAGMA cache_size = 5",
    "PRAGMA cache_spill = OFF",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE IF NOT EXISTS b (x)",
    "PRAGMA journal_mode = OFF",
    "PRAGMA journal_mode = MEMORY",
    "PRAGMA journal_mode(PERSIST)",
    "PRAGMA journal_mode = TRUNCATE",
    "PRAGMA query_only = ON",
    "PRAGMA defer_foreign_keys = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA ignore_check_constraints = 1",
    "PRAGMA legacy_alter_table = ON",
    "PRAGMA writable_schema = ON",
    "PRAGMA case_sensitive_like = ON",
    "PRAGMA wal_autocheckpoint = 7",
    "PRAGMA mmap_size = 65536",
    "PRAGMA read_uncommitted = ON",
    "PRAGMA reverse_unordered_selects = ON",
    "PRAGMA automatic_index = OFF",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA journal_size_limit = 77",
    "PRAGMA max_page_count = 9999",
    "PRAGMA secure_delete = ON",
    "PRAGMA threads = 2",
    "ATTACH ':memory:' AS other; CREATE TABLE other.o (x)",
    "CREATE TEMP TABLE t (x); CREATE INDEX temp.i ON t (x); CREATE TEMP VIEW v AS SELECT 1",
    "CREATE TEMP TRIGGER r AFTER INSERT ON a BEGIN DELETE FROM a; END",
    "CREATE VIRTUAL TABLE temp.f USING fts5(x); INSERT INTO a VALUES (1), (2), (3)",
};

}  // namespace

TEST_CASE("whatever a step sets of its connection, the next one begins as if it were the first") {
    for (const bool in_transaction : {true, false}) {
        for (const auto* setting : settings) {
            CAPTURE(setting);
            CAPTURE(in_transaction);
            const TemporaryFolder folder;
            const auto database = open_with_lock_timeout(folder.path() / "test.db");
            run(*database, {sql("CREATE TABLE a (x)")});
            run(*database, {reset()});
            const auto before = session(*database);
            try {
                if (in_transaction)
                    run(*database, {begin(), sql(setting), reset(), commit(), reset()});
                else
                    run(*database, {sql(setting), reset()});
            } catch (const CommandError&) {  // some cannot be set in a transaction
            }
            CHECK(session(*database) == before);
            CHECK(run(*database, {begin(), sql("INSERT INTO a VALUES (9)"), commit()}).statements == 1);
            CHECK(value(*database, "SELECT count(*) FROM a WHERE x = 9") == "1");
        }
    }
}

TEST_CASE("what rev itself sets for a step, to go on with it, ends with the step too") {
    const TemporaryFolder folder;
    const auto database = open_with_lock_timeout(folder.path() / "test.db");
    const auto before = session(*database);
    (void)database->query("PRAGMA cache_size = 7");
    (void)database->query("ATTACH ':memory:' AS other");
    run(*database, {sql("SELECT 1"), reset()});
    CHECK(session(*database) == before);
}

TEST_CASE("what the file keeps stays") {
    const TemporaryFolder folder;
    const auto database = open_with_lock_timeout(folder.path() / "test.db");
    run(*database, {sql("PRAGMA journal_mode = WAL; PRAGMA user_version = 7; PRAGMA application_id = 8"), reset()});
    CHECK(value(*database, "PRAGMA journal_mode") == "wal");
    CHECK(value(*database, "PRAGMA user_version") == "7");
    CHECK(value(*database, "PRAGMA application_id") == "8");
}

TEST_CASE("enforcement of foreign keys stays as rev wants it") {
    const TemporaryFolder folder;
    for (const bool enforced : {true, false}) {
        const auto database = open_with_lock_timeout(folder.path() / "test.db");
        database->set_foreign_keys(enforced);
        run(*database, {sql(enforced ? "PRAGMA foreign_keys = OFF" : "PRAGMA foreign_keys = ON"), reset()});
        CHECK(value(*database, "PRAGMA foreign_keys") == (enforced ? "1" : "0"));
    }
}

TEST_CASE("where the next step can have no new connection, what would outlive its step is refused at its place") {
    const TemporaryFolder folder;
    struct Case {
        fs::path file;
        Command begin;
    };
    for (const auto& one : {Case{{}, begin()}, Case{folder.path() / "test.db", begin_plan()}}) {
        const auto database = open_with_lock_timeout(one.file);
        run(*database, {sql("CREATE TABLE a (x)"), reset()});
        const auto before = session(*database);
        for (const std::string statement :
             {"ATTACH ':memory:' AS o", "PRAGMA main.Busy_Timeout(5)", "PRAGMA cache_size = 5",
              "PRAGMA synchronous = OFF", "PRAGMA no_such_pragma = 1"}) {
            CAPTURE(statement);
            const std::string text = "SELECT 1;\n  /* - */ " + statement + ";";
            const auto error = failure_of(*database, {one.begin, sql(text, 7), commit(), reset()});
            CHECK(std::string(error.what()).find(" would last longer than its revision, as ") != std::string::npos);
            CHECK(error.location().line == 8);
            CHECK(error.location().column == 11);
            CHECK_FALSE(error.hint().empty());
            CHECK(session(*database) == before);
        }
    }
}

TEST_CASE("in a transaction of the whole plan, flags and temporary objects end with their step") {
    const TemporaryFolder folder;
    const auto database = open_with_lock_timeout(folder.path() / "test.db");
    run(*database, {sql("CREATE TABLE a (x)"), reset()});
    run(*database, {begin_plan()});
    const auto before = session(*database);
    for (const auto* setting :
         {"PRAGMA recursive_triggers = ON", "PRAGMA legacy_alter_table = ON", "PRAGMA case_sensitive_like = ON",
          "PRAGMA defer_foreign_keys = ON", "PRAGMA query_only = ON", "PRAGMA ignore_check_constraints = ON",
          "CREATE TEMP TABLE t (x); CREATE TEMP TRIGGER r AFTER INSERT ON a BEGIN DELETE FROM a; END",
          "CREATE VIRTUAL TABLE temp.f USING fts5(x)"}) {
        CAPTURE(setting);
        run(*database, {sql(setting), reset()});
        CHECK(session(*database) == before);
    }
    run(*database, {commit()});
}

TEST_CASE("a deferred violation does not wait for later steps of the same transaction") {
    const TemporaryFolder folder;
    const auto database = open_with_lock_timeout(folder.path() / "test.db");
    run(*database, {sql("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p)")});
    database->set_foreign_keys(true);
    const auto error = failure_of(
        *database, {begin_plan(), sql("PRAGMA defer_foreign_keys = ON; INSERT INTO c VALUES (1)"), reset(), commit()});
    CHECK(std::string(error.what()).find("FOREIGN KEY constraint failed") == 0);
    CHECK(value(*database, "SELECT count(*) FROM c") == "0");
}

TEST_CASE("VACUUM, which attaches for itself, works in memory too") {
    const auto database = open_with_lock_timeout({});
    CHECK(run(*database, {sql("CREATE TABLE a (x); VACUUM")}).statements == 2);
}

TEST_CASE("a busy_timeout of a revision does not shorten how long its own COMMIT waits") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "test.db";
    const auto reader = open_with_lock_timeout(file);
    run(*reader, {sql("CREATE TABLE a (x)")});
    const auto database = open_with_lock_timeout(file, std::chrono::milliseconds(300));
    run(*reader, {sql("BEGIN; SELECT count(*) FROM a")});
    const auto start = std::chrono::steady_clock::now();
    const auto error = failure_of(
        *database, {begin(), sql("PRAGMA busy_timeout = 1; INSERT INTO a VALUES (1)"), reset(), commit(), reset()});
    CHECK(error.code() == "database_locked");
    CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(300));
}

TEST_CASE("a parameter that nobody binds is refused with its place, in strings and comments there is none") {
    struct Case {
        const char* sql;
        std::size_t column;
        const char* name;
    };
    const auto database = open_with_lock_timeout({});
    run(*database, {sql("CREATE TABLE a (x)")});
    for (const auto& one :
         {Case{"INSERT INTO a VALUES (:owner)", 23, ":owner"}, Case{"SELECT ':x' /* ?2 */, ?1", 23, "?1"},
          Case{"SELECT 1 AS \":y\", 2 AS [@z], @at", 30, "@at"}, Case{"SELECT $dollar", 8, "$dollar"},
          Case{"-- :none\nSELECT ?", 8, "?"}}) {
        CAPTURE(one.sql);
        const auto error = failure_of(*database, {sql(one.sql)});
        CHECK(std::string(error.what()).find(std::string(one.name) + " is a parameter") == 0);
        CHECK(error.location().column == one.column);
    }
    CHECK(value(*database, "SELECT count(*) FROM a") == "0");
    CHECK(run(*database, {sql("INSERT INTO a VALUES (':owner') -- ?")}).statements == 1);
}

TEST_CASE("a foreign key that fits no unique columns is a violation like others, not a failure of the check") {
    const auto database = open_with_lock_timeout({});
    run(*database, {sql("CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT);"
                        "CREATE TABLE child (code TEXT REFERENCES parent(code));"
                        "CREATE TABLE other (parent INTEGER REFERENCES parent);"
                        "INSERT INTO other VALUES (5)")});
    std::vector<std::string> sentences;
    for (const auto& violation : database->foreign_key_violations()) sentences.push_back(to_string(violation));
    CHECK(sentences == std::vector<std::string>{
                           "foreign key mismatch - \"child\" referencing \"parent\"",
                           "a row of table other with parent = 5 refers to a row that table parent does not have"});
}

}  // namespace rev::test
