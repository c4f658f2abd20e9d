// Pairs of schemas: one becomes the other and comes back, with its rows. REV_PAIRS=WORDS takes only those that are so
// named.
#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "schema/pair_run.hpp"
#include "support/postgres.hpp"

using namespace rev::test;

TEST_CASE("each pair of schemas: up, compare, nothing left to do, down, compare, rows kept, and the dump loads") {
    const PostgresTestDatabase server;
    for (const auto* role : {"rev_reader", "rev_writer", "rev_owner"})
        server.query(std::string("DO $$ BEGIN CREATE ROLE ") + role +
                     "; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    const auto pairs = read_schema_pair_folder(std::string(REV_TEST_DATA) + "/schema_pairs/postgresql");
    const char* wanted = std::getenv("REV_PAIRS");
    const auto is_wanted = [&](const SchemaPair& pair) {
        return !wanted || pair.name.find(wanted) != std::string::npos;
    };
    std::vector<std::string> problems(pairs.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (auto i = next++; i < pairs.size(); i = next++)
            if (is_wanted(pairs[i])) problems[i] = run_pair(pairs[i]);
    };
    // Each waits for the server most of the time.
    std::vector<std::thread> workers;
    for (int i = 0; i < 6; ++i) workers.emplace_back(work);
    for (auto& worker : workers) worker.join();
    for (std::size_t i = 0; i < pairs.size(); ++i) CHECK_MESSAGE(problems[i].empty(), pairs[i].name, "\n", problems[i]);
}
