// Pairs of schemas: one becomes the other and comes back, with its rows. REV_PAIRS=WORDS takes only those that are so named.
#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "schema/pair_run.hpp"
#include "support/postgres.hpp"

using namespace rev::test;

TEST_CASE("each pair of schemas: up, compare, nothing left to do, down, compare, rows kept, and the dump loads") {
    const PostgresTestDatabase server;
    for (const auto* role : {"rev_reader", "rev_writer", "rev_owner"})
        server.query(std::string("DO $$ BEGIN CREATE ROLE ") + role + "; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    const auto pairs = read_schema_pair_folder(std::string(REV_TEST_DATA) + "/schema_pairs/postgresql");
    const char* wanted = std::getenv("REV_PAIRS");
    for (const auto& pair : pairs) {
        if (wanted && pair.name.find(wanted) == std::string::npos) continue;
        const auto problem = run_pair(pair);
        CHECK_MESSAGE(problem.empty(), pair.name, "\n", problem);
    }
}
