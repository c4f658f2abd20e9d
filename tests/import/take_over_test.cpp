// Live databases as the tools leave them: their tables are made here as each tool makes them.
#include "import/foreign_project.hpp"

using rev::test::ForeignProject;
using rev::test::says;

namespace {

void write_golang_migrate(const ForeignProject& project) {
    project.write("migrations/1_users.up.sql", "CREATE TABLE users (id INTEGER);\n");
    project.write("migrations/1_users.down.sql", "DROP TABLE users;\n");
    project.write("migrations/2_posts.up.sql", "CREATE TABLE posts (id INTEGER);\n");
    project.write("migrations/2_posts.down.sql", "DROP TABLE posts;\n");
    project.write("migrations/3_tags.up.sql", "CREATE TABLE tags (id INTEGER);\n");
    project.write("migrations/3_tags.down.sql", "DROP TABLE tags;\n");
}

constexpr auto golang_table = "CREATE TABLE schema_migrations (version uint64, dirty bool);";

std::string at_version(const std::string& version, int dirty = 0) {
    return std::string(golang_table) + "INSERT INTO schema_migrations VALUES (" + version + ", " +
           std::to_string(dirty) + ");";
}

}  // namespace

TEST_CASE("a live database is where the tool left it, and upgrade goes on from there") {
    const ForeignProject project;
    write_golang_migrate(project);
    project.query("CREATE TABLE users (id INTEGER); CREATE TABLE posts (id INTEGER);" + at_version("2"));
    const auto result = project.take_over();
    CHECK(says(result, "Took over"));
    CHECK(project.rows() == "2");
    CHECK(says(project.rev("log"), "import"));
    project.rev("upgrade head");
    CHECK(project.rows() == "3");
    CHECK(project.query("SELECT count(*) FROM tags") == "0");
    CHECK(project.query("SELECT version FROM schema_migrations") == "2");
    project.rev("check");
    CHECK(says(project.rev("status"), "up to date"));
}

TEST_CASE("a second import says that there is nothing to do, and appends what is new") {
    const ForeignProject project;
    write_golang_migrate(project);
    project.query("CREATE TABLE users (id INTEGER);" + at_version("1"));
    project.take_over();
    auto result = project.take_over();
    CHECK(says(result, "Nothing to do"));
    CHECK(says(result, "is at 1 already"));
    project.write("migrations/4_more.up.sql", "CREATE TABLE more (id INTEGER);\n");
    project.query("CREATE TABLE posts (id INTEGER); UPDATE schema_migrations SET version = 2");
    result = project.take_over();
    CHECK(says(result, "Imported 1 migration"));
    CHECK(project.exists("versions/4_more.sql"));
    CHECK(project.exists("IMPORT-2.md"));
    CHECK(project.rows() == "2");
    project.rev("upgrade head");
    CHECK(project.rows() == "4");
    CHECK(says(project.take_over(), "is at 4 already"));
}

TEST_CASE("what the tool has undone since an earlier import is told, and what rev has run is not") {
    const ForeignProject project;
    write_golang_migrate(project);
    project.query("CREATE TABLE users (id INTEGER); CREATE TABLE posts (id INTEGER);" + at_version("2"));
    project.take_over();
    project.rev("upgrade head");
    CHECK_FALSE(says(project.take_over(), "any more"));
    project.query("DROP TABLE posts; UPDATE schema_migrations SET version = 1");
    const auto result = project.take_over();
    CHECK(says(result,
               "2 (migrations/2_posts.up.sql) is not applied any more for golang-migrate, and rev's rows have it"));
    CHECK_FALSE(says(result, "3_tags.up.sql) is not applied any more"));
    CHECK(project.rows() == "3");
}

TEST_CASE("what comes before known files in a later import follows them, and databases run it then") {
    const ForeignProject project;
    const auto write = [&](const std::string& number) {
        project.write("db/migrations/" + number + "_x.sql", "-- migrate:up\nCREATE TABLE t" + number +
                                                                " (id INTEGER);\n-- migrate:down\nDROP TABLE t" +
                                                                number + ";\n");
    };
    write("1");
    write("3");
    project.query(
        "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY); INSERT INTO schema_migrations VALUES ('1'),"
        " ('3'); CREATE TABLE t1 (id INTEGER); CREATE TABLE t3 (id INTEGER)");
    project.take_over();
    CHECK(project.rows() == "3");
    write("2");
    const auto result = project.take_over();
    CHECK(says(result, "2_x.sql comes before what was imported already, and revision 2 follows it here"));
    CHECK(says(result, "3 of 3 verified"));
    CHECK(project.rows() == "3");
    project.rev("upgrade head");
    CHECK(project.rows() == "2");
    CHECK(project.query("SELECT count(*) FROM t2") == "0");
    CHECK(says(project.take_over(), "is at 2 already"));
}

TEST_CASE("what needs a late file is told, and nothing is written") {
    const ForeignProject project;
    project.write("migrations/1_a.up.sql", "CREATE TABLE a (id INTEGER);\n");
    project.write("migrations/3_c.up.sql", "CREATE TABLE IF NOT EXISTS c (id INTEGER);\n");
    project.rev("import golang-migrate --dialect sqlite");
    // In the tool's order the late one comes first, and the known one finds its table made.
    project.write("migrations/2_b.up.sql", "CREATE TABLE c (id INTEGER, more TEXT);\n");
    const auto result = project.rev("import golang-migrate --dialect sqlite", 3);
    CHECK(says(
        result,
        "runs it behind what was imported already, and there it fails: upgrade of 2 failed: table c already exists"));
    CHECK_FALSE(project.exists("versions/2_b.sql"));
}

TEST_CASE("a revision keeps its id where a new file would change it, and a missing revision is told") {
    const ForeignProject project;
    project.write("migrations/001_a.sql", "CREATE TABLE a (id INTEGER);\n");
    project.write("migrations/002_c.sql", "CREATE TABLE c (id INTEGER);\n");
    project.rev("import sql migrations --dialect sqlite");
    // Two files of one number: `002` alone says no more which one is meant.
    project.write("migrations/002_d.sql", "CREATE TABLE d (id INTEGER);\n");
    CHECK(says(project.rev("import sql migrations --dialect sqlite"), "Imported 1 migration"));
    CHECK(project.rev("history").out == "002 -> 002_d (head), d\n001 -> 002, c\n<base> -> 001, a\n");
    std::filesystem::remove(project.path() / "versions/001_a.sql");
    const auto result = project.rev("import sql migrations --dialect sqlite", 3);
    CHECK(says(result, "revision 002 revises '001', which no revision file has"));
}

TEST_CASE("a dirty, unknown or half-applied state is refused with what mends it, and nothing is written") {
    struct State {
        std::string sql;
        std::string_view says;
    };
    for (const auto& state : {State{at_version("2", 1), "migrate force 2"}, State{at_version("9"), "no file has it"}}) {
        const ForeignProject project;
        write_golang_migrate(project);
        project.query("CREATE TABLE users (id INTEGER);" + state.sql);
        const auto before = project.query("SELECT name FROM sqlite_schema ORDER BY 1");
        CHECK(says(project.take_over("", 4), state.says));
        CHECK_FALSE(project.exists("alembic.yaml"));
        CHECK_FALSE(project.exists("versions"));
        CHECK(project.query("SELECT name FROM sqlite_schema ORDER BY 1") == before);
    }
}

TEST_CASE("a database without the tool's table is taken over only if it is empty") {
    const ForeignProject project;
    write_golang_migrate(project);
    CHECK(says(project.take_over("--dry-run"), "nothing was taken over"));
    CHECK_FALSE(project.exists("live.db"));
    project.query("CREATE TABLE users (id INTEGER)");
    CHECK(says(project.take_over("", 4), "--table"));
    CHECK_FALSE(project.exists("alembic.yaml"));
    project.query("DROP TABLE users");
    CHECK(says(project.take_over(), "nothing was taken over"));
    CHECK(project.exists("alembic.yaml"));
}

TEST_CASE("a table of another name is given by --table") {
    const ForeignProject project;
    write_golang_migrate(project);
    project.query(
        "CREATE TABLE users (id INTEGER); CREATE TABLE moved (version uint64, dirty bool);"
        "INSERT INTO moved VALUES (1, 0)");
    project.take_over("--table moved");
    CHECK(project.rows() == "1");
}

TEST_CASE("a dry run tells where the database would be and changes nothing") {
    const ForeignProject project;
    write_golang_migrate(project);
    project.query("CREATE TABLE users (id INTEGER);" + at_version("1"));
    CHECK(says(project.take_over("--dry-run"), "Would take over"));
    CHECK_FALSE(project.exists("alembic.yaml"));
    CHECK(project.query("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'alembic%' OR name LIKE 'rev_%'") == "0");
    CHECK(says(project.take_over("--dry-run --json"), "\"after\": [\n      \"1\""));
}

TEST_CASE("goose: the newest row of each version counts") {
    const ForeignProject project;
    project.write("migrations/00001_a.sql", "-- +goose Up\nCREATE TABLE a (i INTEGER);\n");
    project.write("migrations/00002_b.sql", "-- +goose Up\nCREATE TABLE b (i INTEGER);\n");
    project.query(
        "CREATE TABLE a (i INTEGER);"
        "CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL,"
        " is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')));"
        "INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1), (2, 1), (2, 0)");
    project.take_over();
    CHECK(project.rows() == "00001");
}

TEST_CASE("dbmate: a migration that was passed over is named") {
    const ForeignProject project;
    for (const auto* number : {"1", "2", "3"})
        project.write("db/migrations/" + std::string(number) + "_x.sql",
                      "-- migrate:up\nCREATE TABLE t" + std::string(number) + " (i INTEGER);\n-- migrate:down\n");
    project.query(
        "CREATE TABLE t1 (i INTEGER); CREATE TABLE schema_migrations (version varchar(128) primary key);"
        "INSERT INTO schema_migrations VALUES ('1'), ('3')");
    CHECK(says(project.take_over("", 4), "2 (db/migrations/2_x.sql) is not applied, and later ones are"));
    project.query("INSERT INTO schema_migrations VALUES ('2')");
    project.take_over();
    CHECK(project.rows() == "3");
}

TEST_CASE("sqlx: a failed migration is refused, an edited one is named") {
    const ForeignProject project;
    project.write("Cargo.toml", "[dependencies]\nsqlx = \"0.7\"\n");
    project.write("migrations/1_a.sql", "abc");
    project.write("migrations/2_b.sql", "CREATE TABLE b (i INTEGER);\n");
    project.query(
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on"
        " TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL,"
        " execution_time BIGINT NOT NULL);"
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (1, 'a',"
        " 1, x'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',"
        " 1), (2, 'b', 0, x'00', 1)");
    CHECK(says(project.take_over("--dry-run", 4), "version 2 is dirty"));
    project.query("UPDATE _sqlx_migrations SET success = 1");
    const auto result = project.take_over();
    CHECK(says(result, "migrations/2_b.sql is not what was run"));
    CHECK_FALSE(says(result, "migrations/1_a.sql is not what was run"));
    CHECK(project.rows() == "2");
}

TEST_CASE("Prisma: rolled back rows do not count, unfinished ones block, checksums are compared") {
    const ForeignProject project;
    project.write("prisma/migrations/migration_lock.toml", "provider = \"sqlite\"\n");
    project.write("prisma/migrations/1_a/migration.sql", "abc");
    project.write("prisma/migrations/2_b/migration.sql", "CREATE TABLE b (i INTEGER);\n");
    project.query(
        "CREATE TABLE _prisma_migrations (id TEXT PRIMARY KEY, checksum TEXT NOT NULL, finished_at DATETIME,"
        " migration_name TEXT NOT NULL, logs TEXT, rolled_back_at DATETIME, started_at DATETIME NOT NULL"
        " DEFAULT current_timestamp, applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0);"
        "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, rolled_back_at) VALUES"
        " ('1', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 1, '1_a', NULL),"
        " ('2', 'x', NULL, '2_b', 1), ('3', 'x', NULL, '2_b', NULL)");
    CHECK(says(project.take_over("--dry-run", 4), "prisma migrate resolve --rolled-back 2_b"));
    project.query("DELETE FROM _prisma_migrations WHERE id = '3'");
    CHECK_FALSE(says(project.take_over(), "edited"));
    CHECK(project.rows() == "1_a");
}

TEST_CASE("Drizzle: what is not newer than the newest row is applied") {
    const ForeignProject project;
    project.write("drizzle/meta/_journal.json",
                  R"({"version": "7", "dialect": "sqlite", "entries": [{"idx": 0, "when": 1000, "tag": "0000_a"},)"
                  R"( {"idx": 1, "when": 2000, "tag": "0001_b"}, {"idx": 2, "when": 3000, "tag": "0002_c"}]})");
    for (const auto* tag : {"0000_a", "0001_b", "0002_c"})
        project.write("drizzle/" + std::string(tag) + ".sql", "CREATE TABLE t" + std::string(tag) + " (i INTEGER);\n");
    project.query(
        "CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric);"
        "INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 2000)");
    const auto result = project.take_over();
    CHECK(says(result, "0000_a.sql has no row of its own"));
    CHECK(says(result, "0001_b.sql is not what was run"));
    CHECK(project.rows() == "0001_b");
}

TEST_CASE("Drizzle: a folder counts by its name, and by its time where the table knows no names") {
    for (const bool has_names : {true, false}) {
        const ForeignProject project;
        for (const std::string name : {"a", "b"}) {
            const auto folder = "drizzle/2024010" + std::string(name == "a" ? "1" : "2") + "000000_" + name;
            project.write(folder + "/migration.sql", "CREATE TABLE " + name + " (i int);");
            project.write(folder + "/snapshot.json", R"({"dialect": "sqlite"})");
        }
        project.query(has_names ? "CREATE TABLE __drizzle_migrations (id INTEGER PRIMARY KEY, hash text, created_at "
                                  "numeric, name text); INSERT INTO __drizzle_migrations VALUES (1, 'x', 1, "
                                  "'20240101000000_a')"
                                : "CREATE TABLE __drizzle_migrations (id INTEGER PRIMARY KEY, hash text, created_at "
                                  "numeric); INSERT INTO __drizzle_migrations VALUES (1, 'x', 1704067200123)");
        project.query("CREATE TABLE a (i int)");
        CHECK(says(project.take_over(), "20240101000000_a/migration.sql is not what was run"));
        CHECK(project.rows() == "20240101000000_a");
        project.rev("upgrade head");
        CHECK(project.query("SELECT count(*) FROM b") == "0");
        project.query("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('y', 5)");
        CHECK(says(project.take_over("", 4), "created_at 5 is recorded, and no file has it"));
    }
}

TEST_CASE("golang-migrate: a link that leads nowhere is a file without text, and one to a folder is none") {
    const ForeignProject project;
    project.write("migrations/1_a.up.sql", "CREATE TABLE a (i int);\n");
    std::filesystem::create_symlink("nowhere", project.path() / "migrations/2_b.up.sql");
    CHECK(says(project.rev("import golang-migrate --dialect sqlite"), "2_b.up.sql is a link that leads nowhere"));
    project.rev("upgrade head");
    CHECK(project.rows() == "2");
    std::filesystem::create_directory(project.path() / "folder");
    std::filesystem::create_symlink("../folder", project.path() / "migrations/3_c.up.sql");
    CHECK(says(project.rev("import golang-migrate --dialect sqlite", 3), "3_c.up.sql cannot be read"));
}

TEST_CASE("Flyway: baselines, undone, failed and repeatable rows") {
    const auto history = [](const std::string& rows) {
        return "CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50),"
               " description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum"
               " INT, installed_by VARCHAR(100) NOT NULL, installed_on TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,"
               " execution_time INT NOT NULL, success BOOLEAN NOT NULL); INSERT INTO flyway_schema_history"
               " (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)"
               " VALUES " +
               rows;
    };
    struct State {
        std::string rows;
        std::string at;
        int exit_code = 0;
    };
    for (const auto& state : {
             State{"(1, '1', 'a', 'SQL', 'V1__a.sql', NULL, 'me', 1, 1)", "1"},
             State{"(1, '1.0', 'a', 'SQL', 'V1__a.sql', NULL, 'me', 1, 1), (2, '2', 'b', 'SQL', 'x', NULL, 'me', 1, 1)",
                   "2"},
             State{"(1, '2', 'base', 'BASELINE', 'base', NULL, 'me', 1, 1)", "2"},
             State{"(1, '1', 'a', 'SQL', 'x', NULL, 'me', 1, 1), (2, '2', 'b', 'SQL', 'x', NULL, 'me', 1, 1),"
                   " (3, '2', 'b', 'UNDO_SQL', 'x', NULL, 'me', 1, 1)",
                   "1"},
             State{"(1, '1', 'a', 'SQL', 'x', NULL, 'me', 1, 1), (2, NULL, 'views', 'SQL', 'x', NULL, 'me', 1, 1)",
                   "1"},
             State{"(1, '1', 'a', 'SQL', 'x', NULL, 'me', 1, 1), (2, '2', 'b', 'SQL', 'x', NULL, 'me', 1, 1),"
                   " (3, NULL, 'views', 'SQL', 'x', NULL, 'me', 1, 1)",
                   "2"},
             State{"(1, '1', 'a', 'SQL', 'x', NULL, 'me', 1, 0)", "", 4},
             State{"(1, '2', 'b', 'SQL', 'x', NULL, 'me', 1, 1)", "", 4},
         }) {
        CAPTURE(state.rows);
        const ForeignProject project;
        project.write("sql/V1__a.sql", "CREATE TABLE a (i INTEGER);\n");
        project.write("sql/V2__b.sql", "CREATE TABLE b (i INTEGER);\n");
        project.write("sql/R__views.sql", "CREATE VIEW IF NOT EXISTS v AS SELECT 1;\n");
        project.query(history(state.rows));
        project.take_over("", state.exit_code);
        if (state.exit_code == 0) CHECK(project.rows() == state.at);
    }
}

TEST_CASE("Flyway: repeatable objects are recorded where its table has what their files are") {
    const ForeignProject project;
    project.write("sql/V1__a.sql", "CREATE TABLE a (i INTEGER);\n");
    project.write("sql/R__v.sql", "CREATE VIEW IF NOT EXISTS v AS SELECT 1;\n");
    project.write("sql/R__w.sql", "CREATE VIEW IF NOT EXISTS w AS SELECT 2;\n");
    project.query(
        "CREATE TABLE a (i INTEGER); CREATE VIEW v AS SELECT 1; CREATE TABLE flyway_schema_history (installed_rank INT,"
        " version TEXT, description TEXT, type TEXT, script TEXT, checksum INT, success BOOLEAN);"
        "INSERT INTO flyway_schema_history VALUES (1, '1', 'a', 'SQL', 'x', NULL, 1), (2, NULL, 'v', 'SQL', 'x',"
        " 493740208, 1), (3, NULL, 'w', 'SQL', 'x', -2141060666, 1), (4, NULL, 'gone', 'SQL', 'x', 5, 1)");
    const auto result = project.take_over();
    CHECK(says(result, "Recorded 1 repeatable object as they are"));
    CHECK(says(result, "R__w.sql is not what was run: the next upgrade makes it again"));
    CHECK(says(result, "the repeatable \"gone\" has no file any more: what it made stays"));
    CHECK(project.rows() == "1");
    CHECK(project.query("SELECT event || ' ' || repeatable FROM rev_log WHERE repeatable IS NOT NULL") == "apply v");
    CHECK(says(project.take_over(), "Nothing to do"));
    project.rev("upgrade head");
    CHECK(project.query("SELECT count(*) FROM rev_log WHERE event = 'apply'") == "2");
    CHECK(project.query("SELECT name FROM sqlite_master WHERE name = 'w'") == "w");
}

TEST_CASE("Flyway: what repeatable files have made is no difference, and no lack where they have not run yet") {
    for (const bool has_run : {false, true}) {
        const ForeignProject project;
        project.write("sql/V1__a.sql", "CREATE TABLE a (i INTEGER);\n");
        project.write("sql/R__v.sql", "CREATE VIEW IF NOT EXISTS v AS SELECT 1;\n");
        project.query(
            "CREATE TABLE a (i INTEGER); CREATE TABLE flyway_schema_history (installed_rank INT, version TEXT,"
            " description TEXT, type TEXT, script TEXT, checksum INT, success BOOLEAN);"
            "INSERT INTO flyway_schema_history VALUES (1, '1', 'a', 'SQL', 'x', NULL, 1)");
        if (has_run)
            project.query(
                "CREATE VIEW v AS SELECT 1; INSERT INTO flyway_schema_history VALUES (2, NULL, 'v', 'SQL', 'x',"
                " 493740208, 1)");
        CHECK_FALSE(says(project.take_over(), "is not what its migrations make"));
        CHECK_FALSE(says(project.take_over(), "is not what its migrations make"));
    }
}

TEST_CASE("Diesel and refinery: rows are versions") {
    {
        const ForeignProject project;
        project.write("diesel.toml", "[migrations_directory]\ndir = \"migrations\"\n");
        project.write("migrations/2024-01-01-000000_a/up.sql", "CREATE TABLE a (i INTEGER);\n");
        project.write("migrations/2024-01-02-000000_b/up.sql", "CREATE TABLE b (i INTEGER);\n");
        project.query(
            "CREATE TABLE a (i INTEGER); CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY"
            " KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);"
            "INSERT INTO __diesel_schema_migrations (version) VALUES ('20240101000000')");
        project.take_over();
        CHECK(project.rows() == "20240101000000");
        project.rev("upgrade head");
    }
    const ForeignProject project;
    project.write("Cargo.toml", "[dependencies]\nrefinery = \"0.8\"\n");
    project.write("migrations/V1__a.sql", "CREATE TABLE a (i INTEGER);\n");
    project.write("migrations/V2__b.sql", "CREATE TABLE b (i INTEGER);\n");
    project.query(
        "CREATE TABLE a (i INTEGER); CREATE TABLE refinery_schema_history (version INT4 PRIMARY KEY, name"
        " VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255));"
        "INSERT INTO refinery_schema_history VALUES (1, 'a', 'x', '5882862773277622955')");
    CHECK_FALSE(says(project.take_over(), "edited"));
    CHECK(project.rows() == "1");
    project.rev("upgrade head");
}

// The checksum is of refinery's own tests.
TEST_CASE("refinery: an edited file is named") {
    const ForeignProject project;
    project.write("Cargo.toml", "[dependencies]\nrefinery = \"0.8\"\n");
    project.write("migrations/V1__initial.sql", "CREATE TABLE persons (\n    id int\n);\n");
    project.query(
        "CREATE TABLE persons (id int); CREATE TABLE refinery_schema_history (version INT4 PRIMARY KEY, name"
        " VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255));"
        "INSERT INTO refinery_schema_history VALUES (1, 'initial', 'x', '2959965718684201605')");
    CHECK(says(project.take_over(), "edited"));
}

TEST_CASE("sqlx: characters that do not count are no edit") {
    const ForeignProject project;
    project.write("sqlx.toml", "[migrate]\nignored-chars = [\"\\r\", \"\\n\", \" \"]\n");
    project.write("migrations/1_a.sql", " a\r\nb c\n");
    project.write("migrations/2_b.sql", "CREATE TABLE b (i INTEGER);\n");
    // Of "abc".
    project.query(
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMP"
        " NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL, execution_time BIGINT"
        " NOT NULL); INSERT INTO _sqlx_migrations VALUES (1, 'a', 'x', 1,"
        " x'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7', 1)");
    CHECK_FALSE(says(project.take_over(), "edited"));
    CHECK(project.rows() == "1");
}

// SHA-256 of two lines that end with a carriage return and a line feed, and of "7" as old versions wrote it.
TEST_CASE("Prisma: other line ends and old checksums are no edit") {
    const ForeignProject project;
    project.write("prisma/migrations/migration_lock.toml", "provider = \"sqlite\"\n");
    project.write("prisma/migrations/1_a/migration.sql", "a\nb\n");
    project.write("prisma/migrations/2_b/migration.sql", "7");
    project.write("prisma/migrations/3_c/migration.sql", "CREATE TABLE c (i INTEGER);\n");
    project.query(
        "CREATE TABLE _prisma_migrations (id TEXT PRIMARY KEY, checksum TEXT NOT NULL, finished_at DATETIME,"
        " migration_name TEXT NOT NULL, logs TEXT, rolled_back_at DATETIME, started_at DATETIME NOT NULL"
        " DEFAULT current_timestamp, applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0);"
        "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES"
        " ('1', '58055bdcc73787eb88c78d36f0b4939e9c5dc1c3ad17e25cc85a6833cf1a0cab', 1, '1_a'), ('2', "
        "'792699be42c8a8e46fbbb451726517e86b22c56a189f7625a6da4981b2451', 1, '2_b')");
    CHECK_FALSE(says(project.take_over(), "edited"));
    CHECK(project.rows() == "2_b");
}

TEST_CASE("Flyway: placeholders of the environment are filled in, before those of the settings") {
    const ForeignProject project;
    project.write("flyway.conf", "flyway.url=jdbc:sqlite:live.db\nflyway.placeholders.second=settings\n");
    project.write("sql/V1__a.sql", "CREATE TABLE ${first} (i INTEGER);\nCREATE TABLE ${Second} (i INTEGER);\n");
    rev::test::ProgramOptions options;
    options.directory = project.path();
    options.environment["FLYWAY_PLACEHOLDERS_FIRST"] = "one";
    options.environment["FLYWAY_PLACEHOLDERS_SECOND"] = "two";
    const auto result = rev::test::run_rev(rev::test::words("import flyway sql"), options);
    CHECK_MESSAGE(result.exit_code == 0, result.err);
    project.rev("upgrade head");
    CHECK(project.query("SELECT group_concat(name) FROM sqlite_schema WHERE name IN ('one', 'two')") == "one,two");
}

TEST_CASE("Supabase: the seeds are those that config.toml names, in its order") {
    const auto seeds_with = [](const std::string& config) {
        const ForeignProject project;
        project.write("supabase/config.toml", "project_id = \"x\"\n" + config);
        for (const auto* file : {"seed.sql", "seeds/2.sql", "seeds/1.sql", "seeds/notes.txt", "more.sql"})
            project.write("supabase/" + std::string(file), "SELECT 1;\n");
        project.write("supabase/migrations/1_a.sql", "CREATE TABLE a (i int);\n");
        project.rev("import supabase --scratch postgresql://nobody@127.0.0.1:1/none");
        const auto text = project.text_of("alembic.yaml");
        const auto at = text.find("\nseed:");
        return at == std::string::npos ? std::string() : text.substr(at + 1, text.find('\n', at + 1) - at - 1);
    };
    CHECK(seeds_with("") == "seed: [\"supabase/seed.sql\"]");
    CHECK(seeds_with("[db.seed]\nenabled = false\n").find("supabase") == std::string::npos);
    CHECK(seeds_with("[db.seed]\nsql_paths = [\"./more.sql\", \"./seeds/*.sql\", \"seeds/1.sql\"]\n") ==
          "seed: [\"supabase/more.sql\", \"supabase/seeds/1.sql\", \"supabase/seeds/2.sql\"]");
}

TEST_CASE("Prisma: a rebuild that SQLite refuses, as a trigger names the table, is refused") {
    const ForeignProject project;
    project.write("prisma/migrations/migration_lock.toml", "provider = \"sqlite\"\n");
    project.write("prisma/migrations/1_a/migration.sql",
                  "CREATE TABLE a (i INTEGER);\nCREATE TABLE b (i INTEGER);\n"
                  "CREATE TRIGGER t AFTER INSERT ON b BEGIN INSERT INTO a VALUES (1); END;\n");
    project.write("prisma/migrations/2_b/migration.sql",
                  "CREATE TABLE new_a (i INTEGER NOT NULL);\nDROP TABLE a;\nALTER TABLE new_a RENAME TO a;\n");
    CHECK(says(project.rev("import prisma", 3), "Prisma itself cannot run the files"));
    CHECK_FALSE(project.exists("alembic.yaml"));
}
