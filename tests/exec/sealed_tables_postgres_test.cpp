// Tables that were found once are only compared the next time, under the lock, for many schemas and for one.
#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>

#include "db/database.hpp"
#include "db/relay.hpp"
#include "run/prepared.hpp"
#include "state/state.hpp"
#include "support/postgres.hpp"

namespace rev::test {
namespace {

class Sealed {
public:
    Sealed() : database_(open_database(parse_database_url(relay_.through(server_.url())), {})) {
        server_.query("CREATE SCHEMA one; CREATE SCHEMA two; CREATE SCHEMA three");
        state::ensure_version_table(*database_, state::VersionTable{.schema = "one"});
        state::ensure_version_table(*database_, state::VersionTable{.schema = "two"});
        server_.query("INSERT INTO one.alembic_version VALUES ('a1'); DROP TABLE two.rev_log");
    }

    Database& database() { return *database_; }
    state::FoundTables find(const std::string& schema) { return state::find_tables(*database_, {.schema = schema}); }
    state::DatabaseState again(const state::FoundTables& found) { return state::read_state_again(*database_, found); }
    void run(const std::string& sql) const { server_.query(sql); }
    /// Round trips of reading again.
    int trips(const state::FoundTables& found) {
        const auto before = relay_.round_trips();
        (void)again(found);
        return relay_.round_trips() - before;
    }

    /// Seen from another session.
    [[nodiscard]] bool run_lock_is_held(const std::string& key) const {
        OpenOptions reading;
        reading.read_only = true;
        const auto other = open_database(parse_database_url(server_.url()), reading);
        return other->lock_holder(key).has_value();
    }

private:
    PostgresTestDatabase server_;
    Relay relay_;
    std::unique_ptr<Database> database_;
};

}  // namespace

TEST_CASE_FIXTURE(Sealed, "what was found is read again in one round trip, until somebody changes a table") {
    const auto found = find("one");
    REQUIRE_FALSE(found.seal.empty());
    CHECK(again(found).rows == std::vector<RevisionId>{"a1"});
    CHECK(trips(found) == 1);
    run("UPDATE one.alembic_version SET version_num = 'b1'");
    CHECK(again(found).rows == std::vector<RevisionId>{"b1"});
    CHECK(trips(found) == 1);

    for (const std::string change :
         {"ALTER TABLE one.rev_log ADD COLUMN more int",
          "ALTER TABLE one.alembic_version RENAME TO old; CREATE TABLE one.alembic_version (version_num text)",
          "DROP TABLE one.alembic_version", "DROP SCHEMA one CASCADE"}) {
        CAPTURE(change);
        run(change);
        CHECK(trips(found) > 1);
        CHECK(again(found).tables.seal == find("one").seal);
    }
}

TEST_CASE_FIXTURE(Sealed, "a trigger that was put on a table meanwhile is seen") {
    const auto found = find("one");
    run("DROP ROLE IF EXISTS rev_planter; CREATE ROLE rev_planter; CREATE SCHEMA planted AUTHORIZATION rev_planter;"
        "SET ROLE rev_planter; CREATE FUNCTION planted.f() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RETURN NEW; END'; RESET ROLE;"
        "CREATE TRIGGER t BEFORE INSERT ON one.rev_log FOR EACH ROW EXECUTE FUNCTION planted.f()");
    std::string code;
    try {
        (void)again(found);
    } catch (const Error& error) {
        code = error.code();
    }
    CHECK(code == "foreign_table");
    run("DROP TRIGGER t ON one.rev_log; DROP SCHEMA planted CASCADE; DROP ROLE rev_planter");
}

TEST_CASE_FIXTURE(Sealed, "the tables of many schemas are those that are found one by one") {
    run("CREATE SCHEMA view; CREATE VIEW view.alembic_version AS SELECT 'a1' AS version_num");
    const std::array<std::string, 5> schemas{"one", "two", "three", "view", "nowhere"};
    const auto all = state::find_tables_of(database(), "alembic_version", schemas);
    REQUIRE(all.size() == 3);  // a view is refused when it is asked for alone, and a schema that is not there
    for (const auto& each : all) {
        const std::string schema = each.first;
        const auto& found = each.second;
        CAPTURE(schema);
        const auto alone = find(schema);
        CHECK(found.table.schema == schema);
        CHECK(found.version == alone.version);
        CHECK(found.log == alone.log);
        CHECK(found.progress == alone.progress);
        CHECK(found.seal == alone.seal);
        CHECK(found.has_schema);
    }
    CHECK_FALSE(all.at("two").log.is_there());
    CHECK_FALSE(all.at("three").version.is_there());
}

TEST_CASE_FIXTURE(Sealed, "the lock and what is read behind it are one round trip, whatever the isolation level") {
    const auto found = find("one");
    run("ALTER DATABASE " + database().server_info().database + " SET default_transaction_isolation = 'serializable'");
    database().reconnect();
    const auto queries = state::state_queries(database(), found, true);
    const auto answers = database().try_lock_and_ask("one.alembic_version", queries);
    REQUIRE(answers);
    const auto state = state::to_state(database(), found, true, *answers);
    REQUIRE(state);
    CHECK(state->rows == std::vector<RevisionId>{"a1"});
    CHECK(run_lock_is_held("one.alembic_version"));
    database().unlock_later("one.alembic_version");
    CHECK(run_lock_is_held("one.alembic_version"));
    (void)database().query("SELECT 1");
    CHECK_FALSE(run_lock_is_held("one.alembic_version"));

    // What fails behind the lock leaves none.
    const std::array<Query, 1> missing{Query{"SELECT 1 FROM one.nothing"}};
    CHECK_THROWS_AS((void)database().try_lock_and_ask("one.alembic_version", missing), Error);
    CHECK_FALSE(run_lock_is_held("one.alembic_version"));
}

}  // namespace rev::test
