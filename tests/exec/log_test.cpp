// What rev_log keeps, on real SQLite files.
#include <doctest/doctest.h>

#include "exec/exec_support.hpp"

namespace rev::test {
namespace {

constexpr auto columns_sql = "SELECT name FROM pragma_table_info('rev_log')";

TEST_CASE("an upgrade keeps its header in the log, with ids for labels and without variables") {
    Bench bench;
    bench.variables["name"] = "t";
    bench.revision("a", "SELECT 1;", "-", "branch_labels: first");
    bench.project.revision({.id = "b",
                            .upgrade = "CREATE TABLE :name (x);",
                            .downgrade = "DROP TABLE :name;",
                            .message = "make b",
                            .header = "depends_on: first\nvariables: name\nsqlite_foreign_keys: false"});
    bench.upgrade("heads");
    const auto entry = bench.log().front();
    CHECK(entry.header ==
          "-- make b\n--\n-- revision: b\n-- revises:\n-- depends_on: a\n-- sqlite_foreign_keys: false\n");
    CHECK(entry.downgrade_sql->find("DROP TABLE t;") == 0);
    CHECK(entry.sql_from == "file");
    CHECK(parse_header(entry.header, "log").revision.depends_on == std::vector<std::string>{"a"});
}

TEST_CASE("accepting a changed file keeps its header and its downgrade") {
    Bench bench;
    bench.revision("a", "SELECT 1;", "SELECT 'old';");
    bench.upgrade();
    bench.project.revision(
        {.id = "a", .upgrade = "SELECT 2;", .downgrade = "SELECT 'new';", .header = "transaction: false"});
    bench.options.transaction = TransactionMode::all;
    const auto graph = bench.graph();
    accept_changed(bench.database(), graph, *graph.find("a"), bench.scripts(), bench.prepare_options(), bench.options);
    const auto entry = bench.log().front();
    CHECK(entry.event == "accept");
    CHECK(entry.header.find("-- transaction: false\n") != std::string::npos);
    CHECK(entry.downgrade_sql->find("SELECT 'new';") == 0);
    CHECK(entry.sql_from.empty());
}

TEST_CASE("a log of an older rev gets the columns that it lacks, all or none") {
    Bench bench;
    bench.revision("a", "SELECT 1;");
    bench.upgrade();
    const auto all = bench.query(columns_sql);
    for (const char* column : {"header", "sql_from", "run"})
        bench.run(std::string("ALTER TABLE rev_log DROP COLUMN ") + column);
    CHECK(bench.log().front().header.empty());
    bench.revision("b", "SELECT 2;");
    bench.upgrade();
    CHECK(bench.log().front().sql_from == "file");
    CHECK(bench.log().back().sql_from.empty());
    CHECK(all.size() == bench.query(columns_sql).size());
}

}  // namespace
}  // namespace rev::test
