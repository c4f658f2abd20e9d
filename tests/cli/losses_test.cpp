// Downgrades made at random. Every text value in the database is there once, so what a downgrade loses can be seen
// without knowing what its statements do: a value that the database no longer holds is lost.
#include <doctest/doctest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

using rev::test::DatabaseProject;
using rev::test::error_of;
using rev::test::expect;
using rev::test::has;

namespace {

using Kind = DatabaseProject::Kind;

constexpr int table_count = 4;
constexpr int row_count = 3;

/// A table as the statements made so far leave it.
struct MadeTable {
    std::string name;
    std::vector<std::string> columns;  ///< of text, behind `id`
};

std::string joined(const std::vector<std::string>& list) {
    std::string text;
    for (const auto& each : list) text += (text.empty() ? "" : ", ") + each;
    return text;
}

/// Makes the sections of a downgrade, keeping book only of names, so that each statement works.
class DowngradeMaker {
public:
    DowngradeMaker(Kind kind, unsigned seed) : kind_(kind), random_(seed) {
        for (int i = 0; i < table_count; ++i) tables_.push_back({"t" + std::to_string(i), {"a", "b", "c"}});
    }

    std::string section() {
        std::string text;
        for (int statements = 1 + pick(3); statements > 0; --statements) text += statement() + "\n";
        return text;
    }

private:
    int pick(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random_); }
    std::string new_name(const std::string& base) { return base + "_" + std::to_string(++names_); }

    std::string statement() {
        if (tables_.empty()) return "SELECT 1;";
        const auto index = static_cast<std::size_t>(pick(static_cast<int>(tables_.size())));
        auto& table = tables_[index];
        switch (pick(kind_ == Kind::sqlite ? 9 : 12)) {
            case 0:
                return drop(index);
            case 1:
                return rename(table);
            case 2:
                return rename_column(table);
            case 3:
                return drop_column(table);
            case 4:
                return "DELETE FROM " + table.name + " WHERE id = " + std::to_string(1 + pick(row_count + 1)) + ";";
            case 5:
                return rebuild(table, table.columns, "");
            case 6:
                return rebuild(table, some_columns(table), "");
            case 7:
                return rebuild(table, table.columns, " WHERE id <= " + std::to_string(pick(row_count + 1)));
            case 8:
                return empty_and_fill(table);
            case 9:
                return "TRUNCATE " + table.name + ";";
            case 10:
                return "DO $$ BEGIN EXECUTE 'DELETE FROM ' || quote_ident('" + table.name + "'); END $$;";
            default:
                return move_there_and_back(table);
        }
    }

    std::string drop(std::size_t index) {
        const auto name = tables_[index].name;
        tables_.erase(tables_.begin() + static_cast<std::ptrdiff_t>(index));
        return "DROP TABLE " + name + ";";
    }

    std::string rename(MadeTable& table) {
        const auto old = table.name;
        table.name = new_name("renamed");
        return "ALTER TABLE " + old + " RENAME TO " + table.name + ";";
    }

    std::string rename_column(MadeTable& table) {
        if (table.columns.empty()) return "SELECT 1;";
        auto& column = table.columns[static_cast<std::size_t>(pick(static_cast<int>(table.columns.size())))];
        const auto old = column;
        column = new_name("column");
        return "ALTER TABLE " + table.name + " RENAME COLUMN " + old + " TO " + column + ";";
    }

    std::string drop_column(MadeTable& table) {
        if (table.columns.empty()) return "SELECT 1;";
        const auto column = table.columns.back();
        table.columns.pop_back();
        return "ALTER TABLE " + table.name + " DROP COLUMN " + column + ";";
    }

    std::vector<std::string> some_columns(const MadeTable& table) {
        std::vector<std::string> kept;
        for (const auto& column : table.columns)
            if (pick(2) == 0) kept.push_back(column);
        return kept;
    }

    /// As people change a table of SQLite: a new one, filled, under the old one's name.
    std::string rebuild(MadeTable& table, const std::vector<std::string>& kept, const std::string& condition) {
        const auto built = new_name("built");
        std::string definition = "id int";
        for (const auto& column : kept) definition += ", " + column + " text";
        auto names = kept;
        names.insert(names.begin(), "id");
        table.columns = kept;
        return "CREATE TABLE " + built + " (" + definition + "); INSERT INTO " + built + " SELECT " + joined(names) +
               " FROM " + table.name + condition + "; DROP TABLE " + table.name + "; ALTER TABLE " + built +
               " RENAME TO " + table.name + ";";
    }

    std::string empty_and_fill(const MadeTable& table) {
        const auto kept = new_name("kept");
        return "CREATE TABLE " + kept + " AS SELECT * FROM " + table.name + "; DELETE FROM " + table.name +
               "; INSERT INTO " + table.name + " SELECT * FROM " + kept + "; DROP TABLE " + kept + ";";
    }

    std::string move_there_and_back(const MadeTable& table) {
        const auto schema = new_name("s");
        return "CREATE SCHEMA " + schema + "; ALTER TABLE " + table.name + " SET SCHEMA " + schema + "; ALTER TABLE " +
               schema + "." + table.name + " SET SCHEMA public;";
    }

    Kind kind_;
    std::mt19937 random_;
    std::vector<MadeTable> tables_;
    int names_ = 0;
};

/// The one place where the value is.
std::string value_of(int table, const std::string& column, int row) {
    return "<t" + std::to_string(table) + column + std::to_string(row) + ">";
}

void fill(const DatabaseProject& project) {
    std::string statements;
    for (int table = 0; table < table_count; ++table)
        for (int row = 1; row <= row_count; ++row)
            statements += "INSERT INTO t" + std::to_string(table) + " VALUES (" + std::to_string(row) + ", '" +
                          value_of(table, "a", row) + "', '" + value_of(table, "b", row) + "', '" +
                          value_of(table, "c", row) + "');\n";
    project.query(statements);
}

/// All values of the database, whatever its tables are.
std::string contents(const DatabaseProject& project) {
    if (project.is_sqlite()) return project.query(".dump");
    return project.query(
        "SELECT string_agg(replace(replace(schema_to_xml(nspname, true, true, '')::text, '&lt;', '<'), '&gt;', '>'),"
        " '') FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'");
}

std::set<std::string> tables_with_losses(const DatabaseProject& project) {
    const auto left = contents(project);
    std::set<std::string> tables;
    for (int table = 0; table < table_count; ++table)
        for (int row = 1; row <= row_count; ++row)
            for (const auto* column : {"a", "b", "c"})
                if (!has(left, value_of(table, column, row))) tables.insert("t" + std::to_string(table));
    return tables;
}

/// The tables that the question names: "t1 (3 rows)", "column t1.a".
std::set<std::string> tables_asked_about(const std::string& question) {
    std::set<std::string> tables;
    for (int table = 0; table < table_count; ++table) {
        const auto name = "t" + std::to_string(table);
        if (has(question, " " + name + " ") || has(question, " " + name + ".")) tables.insert(name);
    }
    return tables;
}

/// Makes a history of `seed`, and compares what its downgrade asks with what it loses.
void compare_question_with_losses(Kind kind, unsigned seed) {
    const DatabaseProject project(kind);
    std::string tables;
    for (int i = 0; i < table_count; ++i)
        tables += "CREATE TABLE t" + std::to_string(i) + " (id int, a text, b text, c text);\n";
    project.revision({.id = "a1", .upgrade = tables, .downgrade = "SELECT 1;"});
    project.revision({.id = "b1", .revises = "a1", .upgrade = "SELECT 1;", .downgrade = "SELECT 1;"});
    project.revision({.id = "c1", .revises = "b1", .upgrade = "SELECT 1;", .downgrade = "SELECT 1;"});
    expect(project, "upgrade head");
    fill(project);

    DowngradeMaker maker(kind, seed);
    std::string downgrades;
    for (const auto& [id, revises] : {std::pair{"c1", "b1"}, std::pair{"b1", "a1"}}) {
        const auto section = maker.section();
        downgrades += section;
        project.revision({.id = id, .revises = revises, .upgrade = "SELECT 1;", .downgrade = section});
    }
    CAPTURE(seed);
    CAPTURE(downgrades);
    const auto asked = project.rev("downgrade a1");
    REQUIRE_MESSAGE((asked.exit_code == 0 || asked.exit_code == 2), asked.err);
    if (asked.exit_code == 2) expect(project, "downgrade a1 --yes");
    const auto question = asked.exit_code == 2 ? error_of(asked) : std::string();
    CAPTURE(question);
    CHECK(tables_asked_about(question) == tables_with_losses(project));
}

}  // namespace

TEST_CASE("on SQLite a downgrade asks about the tables that lose values, and about no other") {
    for (unsigned seed = 1; seed <= 60; ++seed) compare_question_with_losses(Kind::sqlite, seed);
}

TEST_CASE("on PostgreSQL a downgrade asks about the tables that lose values, and about no other") {
    for (unsigned seed = 1; seed <= 40; ++seed) compare_question_with_losses(Kind::postgresql, seed);
}

namespace {

/// Downgrades without an answer to the question: 2 if rev would ask.
void check_asks(const DatabaseProject& project, const std::string& upgrade, const std::string& downgrade) {
    CAPTURE(downgrade);
    project.revision({.id = "a1", .upgrade = upgrade, .downgrade = downgrade});
    expect(project, "upgrade head");
    expect(project, "downgrade base", 2);
    CHECK(project.rows() == "a1");
}

}  // namespace

TEST_CASE("PostgreSQL: a column of a part that was detached before is asked for") {
    DatabaseProject project(Kind::postgresql);
    check_asks(project,
               "CREATE TABLE m (id int, x text) PARTITION BY LIST (id); CREATE TABLE m1 PARTITION OF m FOR VALUES IN "
               "(1); INSERT INTO m VALUES (1, 'precious');",
               "ALTER TABLE m DETACH PARTITION m1; ALTER TABLE m1 DROP COLUMN x;");
}

TEST_CASE("PostgreSQL: a column of a partitioned table is asked for once") {
    DatabaseProject project(Kind::postgresql);
    project.revision({.id = "a1",
                      .upgrade = "CREATE TABLE m (id int, x text) PARTITION BY LIST (id); CREATE TABLE m1 PARTITION OF "
                                 "m FOR VALUES IN (1); INSERT INTO m VALUES (1, 'precious');",
                      .downgrade = "ALTER TABLE m DROP COLUMN x; ALTER TABLE m DETACH PARTITION m1;"});
    expect(project, "upgrade head");
    const auto said = expect(project, "downgrade base", 2).err;
    CHECK(has(said, "column m.x (1 row with a value)"));
    CHECK(!has(said, "column m1.x"));
}

TEST_CASE("PostgreSQL: a column whose rows may not be read is asked for") {
    DatabaseProject project(Kind::postgresql);
    // The owner of a table is not above its policies where they are forced; a superuser is.
    const auto role = project.query("SELECT 'dep_' || oid FROM pg_database WHERE datname = current_database()");
    project.query("CREATE ROLE " + role + "; GRANT ALL ON SCHEMA public TO " + role);
    project.revision(
        {.id = "a1",
         .upgrade = "CREATE TABLE acc (id int, tenant text, x text); ALTER TABLE acc OWNER TO " + role +
                    "; ALTER TABLE acc ENABLE ROW LEVEL SECURITY; ALTER TABLE acc FORCE ROW LEVEL SECURITY;",
         .downgrade = "ALTER TABLE acc DROP COLUMN x;"});
    expect(project, "upgrade head");
    project.query("INSERT INTO acc VALUES (1, 'a', 'precious'); GRANT " + role + " TO CURRENT_USER; ALTER TABLE " +
                  "alembic_version OWNER TO " + role + "; ALTER TABLE rev_log OWNER TO " + role);
    const auto url = project.url + (has(project.url, "?") ? "&" : "?") + "options=-c%20role%3D" + role;
    const auto result = expect(project, "-u " + url + " downgrade base", 2);
    CHECK(has(result.err, "acc (its rows may not be read)"));
    CHECK(project.query("SELECT x FROM acc") == "precious");
    project.query("DROP OWNED BY " + role + "; DROP ROLE " + role);
}

TEST_CASE("PostgreSQL: an attribute inside other types is asked for") {
    for (const auto* made : {"CREATE TYPE outr AS (i inr, z int); CREATE TABLE t (o outr); INSERT INTO t VALUES "
                             "(ROW(ROW(1, 'precious'), 2));",
                             "CREATE DOMAIN dom AS inr; CREATE TABLE t (o dom); INSERT INTO t VALUES (ROW(1, 'p'));",
                             "CREATE TYPE outr AS (i inr[]); CREATE TABLE t (o outr[]); INSERT INTO t VALUES "
                             "(ARRAY[ROW(ARRAY[ROW(1, 'p')::inr])::outr]);"}) {
        DatabaseProject project(Kind::postgresql);
        check_asks(project, std::string("CREATE TYPE inr AS (a int, b text);") + made,
                   "ALTER TYPE inr DROP ATTRIBUTE b;");
    }
}

TEST_CASE("PostgreSQL: large objects that go are asked for") {
    DatabaseProject project(Kind::postgresql);
    check_asks(project,
               "CREATE TABLE doc (o oid); INSERT INTO doc VALUES (lo_from_bytea(0, 'precious')), "
               "(lo_from_bytea(0, 'too'));",
               "SELECT lo_unlink(o) FROM doc;");
    CHECK(has(expect(project, "downgrade base", 2).err, "deletes rows from pg_largeobject (2)"));
}

TEST_CASE("PostgreSQL: what is written to a foreign table cannot be seen, and is asked for") {
    DatabaseProject project(Kind::postgresql);
    check_asks(project,
               "CREATE EXTENSION file_fdw; CREATE SERVER s FOREIGN DATA WRAPPER file_fdw; CREATE FOREIGN TABLE ft (x "
               "int) SERVER s OPTIONS (filename '/dev/null');",
               "PREPARE unseen AS DELETE FROM ft;");
}

TEST_CASE("PostgreSQL: what other sessions drop or write anew meanwhile is no loss of the plan") {
    DatabaseProject project(Kind::postgresql);
    // Each by another session of the same server, which commits while the downgrade runs.
    std::string downgrade;
    for (const auto* statement : {"DROP TABLE IF EXISTS other", "ALTER TABLE third DROP COLUMN IF EXISTS x",
                                  "ALTER TYPE pair DROP ATTRIBUTE IF EXISTS b", "TRUNCATE fifth"})
        downgrade +=
            "SELECT dblink_exec(format('host=%s port=%s dbname=%s user=%s', split_part(current_setting("
            "'unix_socket_directories'), ',', 1), current_setting('port'), current_database(), "
            "current_user), '" +
            std::string(statement) + "');\n";
    project.revision({.id = "a1",
                      .upgrade = "CREATE EXTENSION dblink; CREATE TABLE mine (id int); INSERT INTO mine VALUES (1);"
                                 "CREATE TABLE other (id int, x text); INSERT INTO other VALUES (1, 'p');"
                                 "CREATE TABLE third (id int, x text); INSERT INTO third VALUES (1, 'r');"
                                 "CREATE TYPE pair AS (a int, b int); CREATE TABLE fourth (p pair);"
                                 "INSERT INTO fourth VALUES (ROW(1, 2));"
                                 "CREATE TABLE fifth (id int); INSERT INTO fifth VALUES (1);",
                      .downgrade = downgrade + "DROP TABLE mine;"});
    expect(project, "upgrade head");
    const auto error = expect(project, "downgrade base", 2).err;
    CHECK(has(error, "drops mine (1 row)"));
    for (const auto* others : {"other", "third", "fourth", "fifth"}) CHECK_FALSE(has(error, others));
    expect(project, "downgrade base --yes");
}

TEST_CASE("SQLite: a schema that is written by hand is asked for") {
    for (const auto* change : {"DELETE FROM sqlite_master WHERE name = 'p';",
                               "UPDATE sqlite_master SET sql = 'CREATE TABLE p (id INTEGER PRIMARY KEY)' WHERE name = "
                               "'p';"}) {
        DatabaseProject project(Kind::sqlite);
        check_asks(project, "CREATE TABLE p (id INTEGER PRIMARY KEY, n); INSERT INTO p VALUES (41, 'a');",
                   std::string("PRAGMA writable_schema = ON;\n") + change);
    }
}

TEST_CASE("what a trigger on the version table deletes is asked for") {
    DatabaseProject project(Kind::sqlite);
    check_asks(project,
               "CREATE TABLE a (id INTEGER PRIMARY KEY); INSERT INTO a VALUES (1); CREATE TRIGGER tv AFTER DELETE ON "
               "alembic_version BEGIN DELETE FROM a; END;",
               "SELECT 1;");
    CHECK(project.query("SELECT count(*) FROM a") == "1");
}

TEST_CASE("SQLite: a table that is there already is made again without a question") {
    DatabaseProject project(Kind::sqlite);
    project.revision({.id = "a1",
                      .upgrade = "CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);",
                      .downgrade = "CREATE TABLE IF NOT EXISTS p (id);"});
    expect(project, "upgrade head");
    expect(project, "downgrade base");
}
