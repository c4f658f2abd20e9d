#include <doctest/doctest.h>
#include <sys/wait.h>

#include <csignal>

#include "db/sqlite_support.hpp"

namespace rev::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

using Names = std::vector<std::string>;

Names sentences(const std::vector<ForeignKeyViolation>& violations) {
    Names sentences;
    for (const auto& violation : violations) sentences.push_back(to_string(violation));
    return sentences;
}

}  // namespace

TEST_CASE("reading a missing SQLite file finds an empty database and creates nothing") {
    const TemporaryFolder folder;
    for (const auto* name : {"missing.db", "no/such/folder.db"}) {
        const auto database = open_database(sqlite_url(folder.path() / name), read_only());
        CHECK_FALSE(database->has_table("", "alembic_version"));
        CHECK(rows(*database, "SELECT count(*) FROM sqlite_master") == "0");
    }
    CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("reading a database in WAL mode leaves no file beside it and no byte changed") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "wal #1?%41.db";
    run(*open_database(sqlite_url(file), {}), {sql("PRAGMA journal_mode = WAL"), sql("CREATE TABLE a (x INTEGER)")});
    const auto before = read_file(file);
    REQUIRE(files_in(folder.path()) == Names{file.filename().string()});
    {
        const auto database = open_database(sqlite_url(file), read_only());
        CHECK(database->has_table("", "a"));
    }
    CHECK(files_in(folder.path()) == Names{file.filename().string()});
    CHECK(read_file(file) == before);
}

TEST_CASE("reading a database in WAL mode sees what a live writer committed") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "wal.db";
    const auto writer = open_database(sqlite_url(file), {});
    run(*writer, {sql("PRAGMA journal_mode = WAL"), sql("CREATE TABLE a (x INTEGER)")});
    REQUIRE(fs::file_size(folder.path() / "wal.db-wal") > 0);
    CHECK(open_database(sqlite_url(file), read_only())->has_table("", "a"));
}

TEST_CASE("reading through a link sees what is committed, while others have the file open and when none has") {
    const TemporaryFolder folder;
    fs::create_directory(folder.path() / "real");
    const auto file = folder.path() / "real/wal.db";
    fs::create_symlink(file, folder.path() / "link.db");
    fs::create_directory_symlink(folder.path() / "real", folder.path() / "folder");
    auto writer = open_database(sqlite_url(file), {});
    run(*writer, {sql("PRAGMA journal_mode = WAL"), sql("CREATE TABLE a (x INTEGER)")});
    const auto links = {folder.path() / "link.db", folder.path() / "folder/wal.db"};
    for (const auto& link : links) CHECK(open_database(sqlite_url(link), read_only())->has_table("", "a"));
    const auto reader = open_database(sqlite_url(folder.path() / "link.db"), read_only());
    CHECK(rows(*reader, "SELECT count(*) FROM a") == "0");
    run(*writer, {sql("INSERT INTO a VALUES (1)")});
    CHECK(rows(*reader, "SELECT count(*) FROM a") == "1");
    writer.reset();
    for (const auto& link : links) CHECK(open_database(sqlite_url(link), read_only())->has_table("", "a"));
}

TEST_CASE("the reader that closes last takes away what SQLite made beside the file") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "wal.db";
    run(*open_database(sqlite_url(file), {}), {sql("PRAGMA journal_mode = WAL"), sql("CREATE TABLE a (x INTEGER)")});
    {
        const auto reader = open_database(sqlite_url(file), read_only());
        CHECK(reader->has_table("", "a"));
        run(*open_database(sqlite_url(file), {}), {sql("INSERT INTO a VALUES (1)")});
        CHECK(rows(*reader, "SELECT count(*) FROM a") == "1");
    }
    CHECK(files_in(folder.path()) == Names{"wal.db"});
}

TEST_CASE("a log that a killed writer left is read, and left as it was") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "wal.db";
    const auto child = fork();
    if (child == 0) {
        const auto database = open_database(sqlite_url(file), {});
        run(*database, {sql("PRAGMA journal_mode = WAL"), sql("CREATE TABLE a (x INTEGER)")});
        std::raise(SIGKILL);
    }
    waitpid(child, nullptr, 0);
    const auto before = read_file(file);
    const auto log = read_file(folder.path() / "wal.db-wal");
    REQUIRE_FALSE(log.empty());
    CHECK(open_database(sqlite_url(file), read_only())->has_table("", "a"));
    CHECK(read_file(file) == before);
    CHECK(read_file(folder.path() / "wal.db-wal") == log);
}

TEST_CASE("a connection that only reads cannot be talked into writing") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "test.db";
    run(*open_database(sqlite_url(file), {}), {sql("CREATE TABLE a (x INTEGER)")});
    const auto reader = open_database(sqlite_url(file), read_only());
    for (const auto* statement : {"PRAGMA query_only = OFF; INSERT INTO a VALUES (1)", "PRAGMA user_version = 1",
                                  "PRAGMA journal_mode = WAL; CREATE TABLE b (x)", "VACUUM"}) {
        CAPTURE(statement);
        CHECK_THROWS_AS(run(*reader, {sql(statement)}), CommandError);
    }
    CHECK(rows(*reader, "SELECT count(*) FROM a") == "0");
    CHECK(rows(*reader, "PRAGMA journal_mode") == "delete");
}

TEST_CASE("an SQLite URI of SQLAlchemy is the file that it names, in the mode that it names") {
    const TemporaryFolder folder;
    const auto open = [&](const std::string& url, OpenOptions options = {}) {
        options.directory = folder.path();
        return open_database(parse_database_url(url), options);
    };
    run(*open("sqlite:///file:my%20file.db?uri=true"), {sql("CREATE TABLE a (x INTEGER)")});
    CHECK(files_in(folder.path()) == Names{"my file.db"});
    CHECK(open("sqlite:///file:my%20file.db?mode=ro&uri=true", read_only())->has_table("", "a"));
    CHECK(open("sqlite:///file:my%20file.db?mode=rw&uri=true")->has_table("", "a"));
    const auto code = [&](const std::string& url) {
        try {
            (void)open(url);
        } catch (const Error& error) {
            return error.code();
        }
        return std::string("none");
    };
    CHECK(code("sqlite:///file:my%20file.db?mode=ro&uri=true") == "read_only");
    CHECK(code("sqlite:///file:new.db?mode=rw&uri=true") != "none");
    CHECK(files_in(folder.path()) == Names{"my file.db"});
}

TEST_CASE("reading after a writer was killed shows the committed state") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "test.db";
    run(*open_database(sqlite_url(file), {}), {sql("CREATE TABLE a (x TEXT)")});
    const auto child = fork();
    if (child == 0) {
        const auto database = open_database(sqlite_url(file), {});
        run(*database, {sql("PRAGMA cache_size = 5"), begin(), sql("CREATE TABLE b (x INTEGER)"),
                        sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) "
                            "INSERT INTO a SELECT hex(randomblob(200)) FROM n")});
        std::raise(SIGKILL);
    }
    waitpid(child, nullptr, 0);
    REQUIRE(fs::exists(folder.path() / "test.db-journal"));
    const auto database = open_database(sqlite_url(file), read_only());
    CHECK(rows(*database, "SELECT count(*) FROM a") == "0");
    CHECK_FALSE(database->has_table("", "b"));
    CHECK_THROWS_AS(run(*database, {sql("INSERT INTO a VALUES (1)")}), CommandError);
}

TEST_CASE("a file that is no database, a folder and a missing folder have their own errors") {
    const TemporaryFolder folder;
    const auto text_file = folder.path() / "notes.txt";
    const std::string notes =
        "These are notes, long enough to be taken for a page of a database." + std::string(1000, '.');
    write_file(text_file, notes);
    for (const auto& options : {OpenOptions{}, read_only()}) {
        CHECK(open_failure(sqlite_url(text_file), options).code() == "not_a_database");
        CHECK(open_failure(sqlite_url(folder.path()), options).code() == "not_a_database");
    }
    CHECK(read_file(text_file) == notes);
    const auto missing = open_failure(sqlite_url(folder.path() / "none" / "test.db"));
    CHECK(missing.code() == "no_such_folder");
    CHECK(missing.exit_code() == ExitCode::database);
    CHECK(std::string(missing.what()).find((folder.path() / "none").string()) != std::string::npos);
    CHECK(open_failure(sqlite_url("/proc/self/test.db")).code() == "permission_denied");
}

TEST_CASE("relative paths start at the given folder, and no path is a database in memory") {
    const TemporaryFolder folder;
    OpenOptions options;
    options.directory = folder.path();
    const auto database = open_database(sqlite_url("test.db"), options);
    run(*database, {sql("CREATE TABLE a (x INTEGER)")});
    CHECK(fs::exists(folder.path() / "test.db"));
    CHECK(database->server_info().database == (folder.path() / "test.db").string());
    CHECK(database->server_info().product == "SQLite");
    const auto memory = open_database(sqlite_url(""), options);
    run(*memory, {begin(), sql("CREATE TABLE b (x INTEGER)"), commit()});
    CHECK(memory->has_table("", "b"));
    CHECK(files_in(folder.path()) == Names{"test.db"});
}

TEST_CASE("a step waits for another process's lock and says so") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "test.db";
    const auto holder = open_database(sqlite_url(file), {});
    run(*holder, {begin(), sql("CREATE TABLE a (x INTEGER)")});
    OpenOptions options;
    std::vector<milliseconds> waits;
    options.on_wait = [&](milliseconds waited) {
        waits.push_back(waited);
        if (waits.size() == 1) run(*holder, {commit()});
    };
    const auto database = open_database(sqlite_url(file), options);
    run(*database, {begin(), sql("INSERT INTO a VALUES (1)"), commit()});
    REQUIRE(waits.size() == 1);
    CHECK(waits.front() >= milliseconds(1000));
    CHECK(rows(*database, "SELECT x FROM a") == "1");
}

TEST_CASE("a step gives up on a lock after the timeout and has changed nothing") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "test.db";
    const auto holder = open_database(sqlite_url(file), {});
    run(*holder, {begin(), sql("CREATE TABLE a (x INTEGER)")});
    OpenOptions options;
    options.lock_timeout = milliseconds(200);
    const auto database = open_database(sqlite_url(file), options);
    const auto error = failure_of(*database, {begin(), sql("CREATE TABLE b (x INTEGER)"), commit()});
    CHECK(error.code() == "database_locked");
    CHECK(error.exit_code() == ExitCode::database);
    CHECK(error.sqlstate() == "SQLITE_BUSY");
    CHECK(std::string(error.what()).find(file.string()) != std::string::npos);
    CHECK(std::string(error.what()).find("0.2 s") != std::string::npos);
    CHECK_FALSE(error.hint().empty());
    run(*holder, {commit()});
    CHECK(rows(*database, "SELECT name FROM sqlite_master") == "a");
}

TEST_CASE("a request to stop ends the wait for a lock") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "test.db";
    const auto holder = open_database(sqlite_url(file), {});
    run(*holder, {begin()});
    OpenOptions options;
    int asked = 0;
    options.interrupted = [&] { return ++asked > 5; };
    const auto database = open_database(sqlite_url(file), options);
    CHECK(failure_of(*database, {begin()}).code() == "interrupted");
    CHECK(asked > 5);
}

TEST_CASE("a constraint failure tells SQLite's result name") {
    const auto database = open_database(sqlite_url(""), {});
    const auto error =
        failure_of(*database, {sql("CREATE TABLE a (x INTEGER NOT NULL);\nINSERT INTO a VALUES (NULL)")});
    CHECK(error.sqlstate() == "SQLITE_CONSTRAINT");
    CHECK(std::string(error.what()) == "NOT NULL constraint failed: a.x");
    CHECK(error.location().line == 2);
}

TEST_CASE("triggers with several statements are one statement") {
    const auto database = open_database(sqlite_url(""), {});
    const auto result = run(*database, {begin(),
                                        sql("CREATE TABLE a (x INTEGER);"
                                            "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = 1; "
                                            "DELETE FROM a WHERE x = 2; END; INSERT INTO a VALUES (5)"),
                                        commit()});
    CHECK(result.statements == 3);
    CHECK(rows(*database, "SELECT x FROM a") == "1");
}

TEST_CASE("foreign keys are enforced when asked, and violations are told") {
    const auto database = open_database(sqlite_url(""), {});
    run(*database, {sql("CREATE TABLE parent (id INTEGER PRIMARY KEY);"
                        "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent)")});
    CHECK(database->set_foreign_keys(false) == false);
    run(*database, {sql("INSERT INTO child VALUES (2, 9), (1, 8)")});
    CHECK(sentences(database->foreign_key_violations()) ==
          Names{"a row of table child with parent = 8 refers to a row that table parent does not have",
                "a row of table child with parent = 9 refers to a row that table parent does not have"});
    CHECK(database->set_foreign_keys(true) == false);
    CHECK(failure_of(*database, {sql("INSERT INTO child VALUES (3, 7)")}).sqlstate() == "SQLITE_CONSTRAINT");
    CHECK(database->set_foreign_keys(false) == true);
    run(*database, {begin()});
    CHECK_THROWS_AS(database->set_foreign_keys(true), std::logic_error);
}

TEST_CASE("PRAGMAs of one revision do not change what the next one means") {
    const auto database = open_database(sqlite_url(""), {});
    for (const auto* step : {"first", "second"}) {
        CAPTURE(step);
        run(*database,
            {begin(),
             sql("PRAGMA writable_schema = ON; PRAGMA legacy_alter_table = ON; PRAGMA recursive_triggers = ON; "
                 "PRAGMA ignore_check_constraints = ON; PRAGMA case_sensitive_like(ON)"),
             reset(), commit()});
        for (const auto* pragma :
             {"writable_schema", "legacy_alter_table", "recursive_triggers", "ignore_check_constraints"}) {
            CAPTURE(pragma);
            CHECK(rows(*database, std::string("PRAGMA ") + pragma) == "0");
        }
        CHECK(rows(*database, "SELECT 'a' LIKE 'A'") == "1");
    }
}

TEST_CASE("temporary views and virtual tables of one revision do not reach the next one") {
    const auto database = open_database(sqlite_url(""), {});
    run(*database, {begin(),
                    sql("CREATE TEMP VIEW v AS SELECT 1; CREATE VIRTUAL TABLE temp.f USING fts5(x);"
                        "CREATE TABLE temp.t (x)"),
                    reset(), commit()});
    CHECK(rows(*database, "SELECT count(*) FROM sqlite_temp_master WHERE type IN ('table', 'view')") == "0");
}

TEST_CASE("rows written one after the other, with the schema changing in between, all arrive") {
    const auto database = open_database(sqlite_url(""), {});
    run(*database, {sql("CREATE TABLE a (x TEXT, y TEXT)")});
    for (const auto* name : {"b", "c", "d"})
        run(*database, {begin(), sql("CREATE TABLE " + std::string(name) + " (x)"),
                        change("INSERT INTO a VALUES (?, ?)", {name, std::nullopt}), commit()});
    CHECK(rows(*database, "SELECT group_concat(x || coalesce(y, '-')) FROM a") == "b-,c-,d-");
}

TEST_CASE("a revision of 100,000 statements takes time in proportion") {
    const auto database = open_database(sqlite_url(""), {});
    std::string text = "CREATE TABLE a (x INTEGER);\n";
    for (int i = 0; i < 100'000; ++i) text += "INSERT INTO a VALUES (1);\n";
    CHECK(run(*database, {begin(), sql(text), commit()}).statements == 100'001);
}

TEST_CASE("COPY is refused on SQLite") {
    const auto database = open_database(sqlite_url(""), {});
    CHECK(std::string(failure_of(*database, {of_kind(Command::Kind::copy, "COPY a FROM stdin")}).what()) ==
          "SQLite has no COPY");
}

}  // namespace rev::test
