#include <doctest/doctest.h>

#include <utility>

#include "exec/exec_support.hpp"

namespace rev::test {
namespace {

template <typename Work>
Error error_of(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    throw std::runtime_error("nothing was refused");
}

/// The Error that preparing an upgrade throws, and checking it as well.
Error prepare_refusal(Bench& bench, Dialect dialect = Dialect::sqlite) {
    const auto graph = bench.graph();
    auto options = bench.prepare_options();
    options.dialect = dialect;
    const auto plan = plan_upgrade(graph, {}, "heads");
    auto error = error_of([&] { static_cast<void>(run::prepare(plan, bench.scripts(), options)); });
    const auto checked = error_of([&] { run::check(plan, bench.scripts(), options); });
    CHECK(std::string(checked.what()) == error.what());
    CHECK(checked.code() == error.code());
    CHECK(checked.location().line == error.location().line);
    return error;
}

TEST_CASE("an upgrade without a section for the dialect is refused") {
    Bench bench;
    bench.project.write("versions/a.sql",
                        "-- a\n--\n-- revision: a\n-- revises:\n\n-- rev:upgrade postgresql\nSELECT 1;\n");
    const auto error = prepare_refusal(bench);
    CHECK(error.code() == "no_section");
    CHECK(error.exit_code() == ExitCode::graph);
    CHECK(error.location().line == 3);
}

TEST_CASE("a downgrade without a section is refused before it touches anything") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);");
    bench.revision("b", "CREATE TABLE b (x);", "DROP TABLE b;");
    bench.upgrade();
    try {
        bench.downgrade("base");
        FAIL("an irreversible revision was downgraded");
    } catch (const Error& error) {
        CHECK(error.code() == "irreversible");
    }
    CHECK(bench.rows() == "b");
    CHECK(bench.query("SELECT count(*) FROM sqlite_master WHERE name = 'b'") == "1");
}

TEST_CASE("a COMMIT in a revision that runs in a transaction is refused with its place") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);\n  COMMIT;\n");
    const auto error = prepare_refusal(bench);
    CHECK(error.code() == "transaction_control");
    CHECK(error.location().line_text == "  COMMIT;");
    CHECK(error.location().column == 3);
    CHECK(error.hint().find("transaction: false") != std::string::npos);
}

TEST_CASE("a statement that cannot run in a transaction is refused with advice") {
    Bench bench;
    bench.revision("a", "VACUUM;");
    CHECK(prepare_refusal(bench).code() == "outside_transaction");
    Bench other;
    other.revision("a", "CREATE INDEX CONCURRENTLY i ON t (x);");
    const auto error = prepare_refusal(other, Dialect::postgresql);
    CHECK(error.code() == "outside_transaction");
    CHECK(std::string(error.what()) == "CREATE INDEX CONCURRENTLY cannot run in a transaction");
}

TEST_CASE("one transaction for the plan refuses a revision that must run outside one") {
    Bench bench;
    bench.revision("a", "VACUUM;", "-", "transaction: false");
    bench.options.transaction = TransactionMode::all;
    CHECK(prepare_refusal(bench).code() == "outside_transaction");
}

TEST_CASE("a variable without a value is refused, one with a value is filled in") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x DEFAULT :'owner');", "-", "variables: owner");
    CHECK(prepare_refusal(bench).code() == "no_variable");
    bench.variables["owner"] = "it's";
    bench.upgrade();
    bench.run("INSERT INTO a DEFAULT VALUES");
    CHECK(bench.query("SELECT x FROM a") == "it's");
}

TEST_CASE("what may be a new enum value is left to the server: the text alone does not tell") {
    Bench bench;
    bench.revision("a", "ALTER TYPE status ADD VALUE 'archived';\nINSERT INTO menu (label) VALUES ('archived');");
    const auto graph = bench.graph();
    auto options = bench.prepare_options();
    options.dialect = Dialect::postgresql;
    for (const auto mode : {TransactionMode::per_revision, TransactionMode::all}) {
        options.transaction = mode;
        CHECK_NOTHROW(static_cast<void>(run::prepare(plan_upgrade(graph, {}, "heads"), bench.scripts(), options)));
        CHECK_NOTHROW(run::check(plan_upgrade(graph, {}, "heads"), bench.scripts(), options));
    }
}

TEST_CASE("what would take the ledger along, or could not be resumed behind, is refused with its line") {
    for (const auto& each : {std::pair("PREPARE TRANSACTION 'p'", "prepare_transaction"),
                             {"COMMIT AND CHAIN", "and_chain"},
                             {"ROLLBACK WORK AND CHAIN", "and_chain"},
                             {"end transaction and chain", "and_chain"}}) {
        const auto& statement = each.first;
        const auto& code = each.second;
        CAPTURE(statement);
        Bench bench;
        bench.revision("a", std::string("BEGIN;\n") + statement + ";\nCOMMIT;", "-", "transaction: false");
        const auto error = prepare_refusal(bench, Dialect::postgresql);
        CHECK(error.code() == code);
        CHECK(error.exit_code() == ExitCode::graph);
        CHECK(error.location().line == 9);
        CHECK_FALSE(error.hint().empty());
    }
    Bench bench;
    bench.revision("a", "COMMIT AND NO CHAIN;\nPREPARE transaction AS SELECT 1;", "-", "transaction: false");
    auto options = bench.prepare_options();
    options.dialect = Dialect::postgresql;
    CHECK_NOTHROW(static_cast<void>(run::prepare(plan_upgrade(bench.graph(), {}, "heads"), bench.scripts(), options)));
}

TEST_CASE("a transaction statement in a verify section is refused") {
    Bench bench;
    bench.revision("a", "CREATE TABLE a (x);", "-", "", "-- rev:verify\nCOMMIT;\n");
    CHECK(prepare_refusal(bench).code() == "bad_verify");
}

TEST_CASE("comments and white space do not change a checksum, SQL does") {
    const auto sum = [](std::string_view sql) { return state::section_checksum(sql, Dialect::sqlite); };
    CHECK(sum("SELECT 1;\n").checksum == sum("-- one\r\nSELECT\r\n  1 ;").checksum);
    CHECK(sum("SELECT 1;\n").raw_checksum != sum("-- one\r\nSELECT\r\n  1 ;").raw_checksum);
    CHECK(sum("SELECT 1").checksum != sum("SELECT 2").checksum);
}

TEST_CASE("a section that ends inside a comment or a quote is refused where that begins") {
    const auto places = {"/* the old one: /* nested */\nCREATE TABLE u (x int);", "SELECT 'x;", "SELECT \"x;",
                         "SELECT $a$ x $b$;", "SELECT $$ it's $$ /* */ ; /*"};
    for (const auto* text : places) {
        CAPTURE(text);
        for (const auto* header : {"", "transaction: false"}) {
            Bench bench;
            bench.revision("a", std::string("CREATE TABLE t (x int);\n") + text, "-", header);
            const auto error = prepare_refusal(bench, Dialect::postgresql);
            CHECK(error.code() == "unclosed");
            CHECK(error.exit_code() == ExitCode::graph);
            CHECK(error.location().line >= 8);
            CHECK(error.location().column >= 1);
        }
    }
}

TEST_CASE("to SQLite a comment may end with the section, a quote may not") {
    Bench bench;
    bench.revision("a", "CREATE TABLE t (x);\n/* later");
    bench.upgrade();
    CHECK(bench.query("SELECT name FROM sqlite_master WHERE name = 't'") == "t");
    for (const auto* text : {"SELECT 'x;", "SELECT [x;", "SELECT `x;"}) {
        CAPTURE(text);
        Bench quoted;
        quoted.revision("a", text);
        CHECK(prepare_refusal(quoted).code() == "unclosed");
    }
}

TEST_CASE("closed comments and quotes are no reason to refuse a section") {
    for (const auto* text : {"SELECT 'it''s' /* a /* b */ c */;", "SELECT E'\\'' /* x */;", "SELECT 1 -- /* '",
                             "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT '/*' $$;",
                             "SET standard_conforming_strings = off; SELECT '\\'';"}) {
        CAPTURE(text);
        CHECK(!find_unclosed(text, Dialect::postgresql));
    }
    // Which of both it is, only the session knows.
    CHECK(!find_unclosed("SELECT '\\'';", Dialect::postgresql));
}

}  // namespace
}  // namespace rev::test
