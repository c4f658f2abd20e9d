// What a statement is, as it is decided by.
#include "sql/statement_facts.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "sql/statement_effects.hpp"
#include "sql/statements.hpp"

namespace {

using rev::Dialect;
using rev::sql::ObjectKind;
using rev::sql::Pragma;
using rev::sql::SetKind;
using rev::sql::Statement;
using rev::sql::StatementFacts;
using rev::sql::TransactionAction;
using rev::sql::Verb;

/// Of the only statement. Its views point into `sql`.
StatementFacts facts_of(std::string_view sql, Dialect dialect) {
    const auto statements = rev::split_statements(sql, dialect);
    REQUIRE(statements.size() == 1);
    return statements.front().facts;
}

struct VerbCase {
    std::string_view sql;
    Verb verb = Verb::other;
    Verb main_verb = Verb::other;
};

void check_verbs(const std::vector<VerbCase>& cases, Dialect dialect) {
    for (const auto& expected : cases) {
        CAPTURE(expected.sql);
        const auto facts = facts_of(expected.sql, dialect);
        CHECK(facts.verb == expected.verb);
        CHECK(facts.main_verb == expected.main_verb);
    }
}

struct ObjectCase {
    std::string_view sql;
    ObjectKind object = ObjectKind::other;
    bool temporary = false;
    bool concurrently = false;
};

void check_objects(const std::vector<ObjectCase>& cases, Dialect dialect) {
    for (const auto& expected : cases) {
        CAPTURE(expected.sql);
        const auto facts = facts_of(expected.sql, dialect);
        CHECK(facts.object == expected.object);
        CHECK(facts.temporary == expected.temporary);
        CHECK(facts.concurrently == expected.concurrently);
    }
}

struct TransactionCase {
    std::string_view sql;
    TransactionAction action = TransactionAction::none;
    bool chains = false;
    bool has_modes = false;
};

void check_transactions(const std::vector<TransactionCase>& cases, Dialect dialect) {
    for (const auto& expected : cases) {
        CAPTURE(expected.sql);
        const auto facts = facts_of(expected.sql, dialect);
        CHECK(facts.transaction == expected.action);
        CHECK(facts.chains == expected.chains);
        CHECK(facts.has_modes == expected.has_modes);
    }
}

struct PragmaCase {
    std::string_view sql;
    std::string_view name;
    bool sets = false;
    std::string_view value = {};
};

}  // namespace

TEST_CASE("the verb is the first word, in any case and behind comments and parentheses") {
    for (const auto dialect : {Dialect::postgresql, Dialect::sqlite})
        check_verbs(
            {
                {"-- why\n/* and */ insert /* x */ into t values (1)", Verb::insert, Verb::insert},
                {"(SELECT 1) UNION SELECT 2", Verb::select, Verb::select},
                {"Update t SET a = 'DELETE'", Verb::update, Verb::update},
                {"DELETE FROM t", Verb::delete_rows, Verb::delete_rows},
                {"VALUES (1)", Verb::values, Verb::values},
                {"CREATE TABLE t (a int)", Verb::create, Verb::create},
                {"SAVEPOINT a", Verb::savepoint, Verb::savepoint},
                {"FROB x", Verb::other, Verb::other},
                {"\"select\" 1", Verb::other, Verb::other},
                {"SELECTED", Verb::other, Verb::other},
            },
            dialect);
    check_verbs(
        {
            {"DO $$ BEGIN COMMIT; END $$", Verb::do_block, Verb::do_block},
            {"TABLE t", Verb::table, Verb::table},
            {"MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE", Verb::merge, Verb::merge},
        },
        Dialect::postgresql);
    check_verbs(
        {
            {"REPLACE INTO t VALUES (1)", Verb::replace, Verb::replace},
            {"attach 'x' AS x", Verb::attach, Verb::attach},
        },
        Dialect::sqlite);
}

TEST_CASE("the main verb stands behind the WITH clause, whatever is in it") {
    for (const auto dialect : {Dialect::postgresql, Dialect::sqlite})
        check_verbs(
            {
                {"WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", Verb::with, Verb::insert},
                {"with recursive a (x) as (select 1 union all select x + (1) from a), -- b\n b AS (SELECT ')')\n"
                 "/* then */ update t SET a = 1",
                 Verb::with, Verb::update},
                {"WITH a AS (SELECT 1) SELECT * FROM a", Verb::with, Verb::select},
                {"WITH \"delete\" AS (SELECT 1) DELETE FROM t", Verb::with, Verb::delete_rows},
                {"WITH a AS (SELECT 1)", Verb::with, Verb::other},
            },
            dialect);
    check_verbs({{"WITH a AS NOT MATERIALIZED (SELECT 1) DELETE FROM t", Verb::with, Verb::delete_rows}},
                Dialect::postgresql);
}

TEST_CASE("PostgreSQL's objects are known behind the words between them and the verb") {
    check_objects(
        {
            {"CREATE TABLE t (a int)", ObjectKind::table},
            {"create /* x */ temp\ttable t (a int)", ObjectKind::table, true},
            {"CREATE LOCAL TEMPORARY TABLE t (a int)", ObjectKind::table, true},
            {"CREATE TABLE IF NOT EXISTS pg_temp.t (a int)", ObjectKind::table, true},
            {"CREATE TABLE \"pg_temp\".t (a int)", ObjectKind::table, true},
            {"CREATE OR REPLACE TEMP VIEW v AS SELECT 1", ObjectKind::other, true},
            {"CREATE TABLE temp (a int)", ObjectKind::table},
            {"CREATE TABLE temp AS SELECT 1", ObjectKind::table},
            {"CREATE TABLE template (temp int)", ObjectKind::table},
            {"CREATE TABLE app.pg_temp (a int)", ObjectKind::table},
            {"CREATE FOREIGN TABLE t (a int) SERVER s", ObjectKind::other},
            {"CREATE MATERIALIZED VIEW v AS SELECT 1", ObjectKind::other},
            {"CREATE UNIQUE INDEX i ON t (a)", ObjectKind::index},
            {"CREATE INDEX \"concurrently\" ON t (a)", ObjectKind::index},
            {"CREATE UNIQUE INDEX /* x */ concurrently i ON t (a)", ObjectKind::index, false, true},
            {"DROP INDEX CONCURRENTLY IF EXISTS i", ObjectKind::index, false, true},
            {"REINDEX (VERBOSE, CONCURRENTLY) INDEX i", ObjectKind::other, false, true},
            {"REINDEX (CONCURRENTLY off) INDEX i", ObjectKind::other},
            {"reindex table concurrently t", ObjectKind::other, false, true},
            {"ALTER TABLE t DETACH PARTITION p CONCURRENTLY", ObjectKind::table, false, true},
            {"ALTER TABLE t DETACH PARTITION p", ObjectKind::table},
            {"REFRESH MATERIALIZED VIEW CONCURRENTLY v", ObjectKind::other},
            {"ALTER TYPE mood ADD VALUE 'x'", ObjectKind::type},
            {"ALTER TABLESPACE x RENAME TO y", ObjectKind::tablespace},
            {"ALTER DATABASE d SET TABLESPACE x", ObjectKind::database},
            {"ALTER SYSTEM SET a = 1", ObjectKind::system},
            {"ALTER SUBSCRIPTION s REFRESH PUBLICATION", ObjectKind::subscription},
            {"CREATE USER bob", ObjectKind::user},
            {"CREATE USER MAPPING FOR bob SERVER s", ObjectKind::other},
            {"DROP ROLE a", ObjectKind::role},
            {"CREATE GROUP a", ObjectKind::group},
            {"COMMENT ON TABLE t IS 'x'", ObjectKind::other},
            {"SELECT 'CREATE TEMP TABLE t'", ObjectKind::other},
        },
        Dialect::postgresql);
}

TEST_CASE("SQLite's temporary objects are known by their word or their schema") {
    check_objects(
        {
            {"CREATE TEMP TABLE t (a)", ObjectKind::table, true},
            {"CREATE TABLE temp.t (a)", ObjectKind::table, true},
            {"CREATE TABLE IF NOT EXISTS [temp] . t (a)", ObjectKind::table, true},
            {"CREATE VIEW `TEMP`.v AS SELECT 1", ObjectKind::other, true},
            {"CREATE VIRTUAL TABLE temp.t USING fts5(a)", ObjectKind::other, true},
            {"create temporary trigger x after insert on a begin select 1; end", ObjectKind::other, true},
            {"CREATE TRIGGER temp.x AFTER INSERT ON a BEGIN SELECT 1; END", ObjectKind::other, true},
            {"CREATE UNIQUE INDEX temp.i ON t (a)", ObjectKind::index, true},
            {"CREATE TABLE temp (a)", ObjectKind::table},
            {"CREATE TABLE main.temp (a)", ObjectKind::table},
            {"CREATE TABLE t AS SELECT * FROM temp.t", ObjectKind::table},
            {"DROP TABLE temp.t", ObjectKind::table},
        },
        Dialect::sqlite);
}

TEST_CASE("PostgreSQL's statements say what they do to the transaction") {
    using Action = TransactionAction;
    check_transactions(
        {
            {"begin -- x", Action::begin},
            {"BEGIN /* x */ WORK", Action::begin},
            {"BEGIN ISOLATION LEVEL SERIALIZABLE", Action::begin, false, true},
            {"START TRANSACTION", Action::begin},
            {"start transaction read only", Action::begin, false, true},
            {"COMMIT WORK", Action::commit},
            {"END TRANSACTION", Action::commit},
            {"COMMIT AND NO CHAIN", Action::commit},
            {"END AND CHAIN", Action::commit, true},
            {"ROLLBACK WORK /* x */ and chain", Action::rollback, true},
            {"ABORT", Action::rollback},
            {"ROLLBACK TRANSACTION TO SAVEPOINT a", Action::rollback_to},
            {"savepoint a", Action::savepoint},
            {"RELEASE a", Action::release},
            {"PREPARE TRANSACTION 'x'", Action::prepare},
            {"PREPARE transaction AS SELECT 1", Action::none},
            {"COMMIT PREPARED 'x'", Action::finish_prepared},
            {"ROLLBACK PREPARED 'x'", Action::finish_prepared},
            {"SELECT 'COMMIT'", Action::none},
            {"DO $$ BEGIN COMMIT; END $$", Action::none},
        },
        Dialect::postgresql);
}

TEST_CASE("SQLite's statements say what they do to the transaction") {
    using Action = TransactionAction;
    check_transactions(
        {
            {"BEGIN", Action::begin},
            {"begin exclusive transaction", Action::begin},
            {"BEGIN DEFERRED", Action::begin},
            {"END", Action::commit},
            {"COMMIT TRANSACTION", Action::commit},
            {"ROLLBACK", Action::rollback},
            {"ROLLBACK /* x */ TRANSACTION TO a", Action::rollback_to},
            {"SAVEPOINT \"commit\"", Action::savepoint},
            {"release savepoint a", Action::release},
        },
        Dialect::sqlite);
}

TEST_CASE("SET and RESET say what they are about") {
    struct SetCase {
        std::string_view sql;
        SetKind kind = SetKind::none;
    };
    for (const auto& expected : {
             SetCase{"SET search_path = app", SetKind::setting},
             SetCase{"set local /* x */ ROLE app", SetKind::setting},
             SetCase{"SET CONSTRAINTS ALL DEFERRED", SetKind::setting},
             SetCase{"SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", SetKind::setting},
             SetCase{"SET TRANSACTION READ ONLY", SetKind::transaction},
             SetCase{"SET LOCAL transaction_isolation = 'serializable'", SetKind::transaction},
             SetCase{"reset -- x\n all", SetKind::all},
             SetCase{"RESET app.small", SetKind::setting},
             SetCase{"RESET \"all\"", SetKind::setting},
             SetCase{"SELECT set_config('a.b', 'c', false)", SetKind::none},
         }) {
        CAPTURE(expected.sql);
        CHECK(facts_of(expected.sql, Dialect::postgresql).set == expected.kind);
    }
}

TEST_CASE("a PRAGMA has a name, and a value where it sets something") {
    for (const auto& expected : {
             PragmaCase{"PRAGMA foreign_keys = OFF", "foreign_keys", true, "OFF"},
             PragmaCase{"pragma main . Foreign_Keys /* x */ ('off')", "foreign_keys", true, "off"},
             PragmaCase{"PRAGMA \"foreign_keys\"=0", "foreign_keys", true, "0"},
             PragmaCase{"PRAGMA foreign_keys", "foreign_keys"},
             PragmaCase{"PRAGMA cache_size = -2000", "cache_size", true, "-2000"},
             PragmaCase{"PRAGMA table_info(t)", "table_info", true, "t"},
             PragmaCase{"PRAGMA Of_Extension = 1", "Of_Extension", true, "1"},
             PragmaCase{"PRAGMA", ""},
             PragmaCase{"SELECT 'PRAGMA foreign_keys = OFF'", ""},
         }) {
        CAPTURE(expected.sql);
        const auto facts = facts_of(expected.sql, Dialect::sqlite);
        CHECK(facts.pragma.name == expected.name);
        CHECK(facts.sets_pragma == expected.sets);
        CHECK(facts.pragma_value == expected.value);
    }
    CHECK(facts_of("PRAGMA quick_check", Dialect::sqlite).pragma.effect == Pragma::Effect::looks);
    CHECK(facts_of("PRAGMA page_size = 1024", Dialect::sqlite).pragma.effect == Pragma::Effect::waits_for_vacuum);
    // PostgreSQL has none.
    CHECK(facts_of("PRAGMA foreign_keys = OFF", Dialect::postgresql).pragma.name.empty());
}

TEST_CASE("a flag is on by the words and numbers that SQLite takes for on") {
    for (const std::string_view on : {"on", "ON", "True", "yes", "1", "10"}) CHECK(rev::sql::is_on(on));
    for (const std::string_view off : {"off", "FALSE", "no", "0", "-1", "banana", ""})
        CHECK_FALSE(rev::sql::is_on(off));
}

TEST_CASE("a backslash that escapes quotes is read as the session reads it") {
    const auto statements =
        rev::split_statements("COPY t FROM STDIN WITH (DELIMITER '\\'', NULL ' FROM STDIN ');\n1\n\\.\n",
                              Dialect::postgresql, 1, rev::Backslash::escape);
    REQUIRE(statements.size() == 1);
    CHECK(statements[0].kind == rev::StatementKind::copy_from_stdin);
    CHECK(statements[0].facts.verb == Verb::copy);
}

TEST_CASE("what a statement leaves to SQLite's connection is told by its facts") {
    const auto left = [](std::string_view sql) {
        return rev::sql::left_to_connection(rev::split_statements(sql, Dialect::sqlite).front());
    };
    CHECK(left("attach 'x' AS x") == "ATTACH");
    CHECK(left("CREATE TABLE temp.t (a)") == "a temporary object");
    CHECK(left("CREATE TABLE temporary_names (a)").empty());
    CHECK(left("PRAGMA main.Synchronous = OFF") == "PRAGMA synchronous");
    CHECK(left("PRAGMA synchronous").empty());
    CHECK(left("PRAGMA journal_mode = 'wal'").empty());
    CHECK(left("PRAGMA journal_mode = MEMORY") == "PRAGMA journal_mode");
    CHECK(left("PRAGMA foreign_keys = ON").empty());
    CHECK(left("PRAGMA Of_Extension = 1") == "PRAGMA of_extension");
}
