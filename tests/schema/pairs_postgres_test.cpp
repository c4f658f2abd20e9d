// Pairs of schemas: one becomes the other and comes back, with its rows. REV_PAIRS=WORDS takes only those that are so
// named, REV_PAIRS_FOLDER=PATH those of another folder, as REV_HISTORIES_FOLDER=PATH for histories.
#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "schema/grid.hpp"
#include "schema/pair_run.hpp"
#include "schema/random_pair.hpp"
#include "schema/random_tree.hpp"
#include "schema/random_types.hpp"
#include "support/postgres.hpp"

using namespace rev::test;

namespace {

std::vector<SchemaPair> wanted_pairs() {
    const char* folder = std::getenv("REV_PAIRS_FOLDER");
    auto pairs = read_schema_pair_folder(folder ? folder : std::string(REV_TEST_DATA) + "/schema_pairs/postgresql");
    if (const char* words = std::getenv("REV_PAIRS"))
        std::erase_if(pairs, [&](const SchemaPair& pair) { return pair.name.find(words) == std::string::npos; });
    return pairs;
}

/// One of how many pairs runs. All of them take ten minutes: .ci/full asks for these.
std::size_t share() {
    if (std::getenv("REV_PAIRS") || std::getenv("REV_PAIRS_FOLDER")) return 1;
    const char* wanted = std::getenv("REV_PAIRS_SHARE");
    return wanted ? std::stoul(wanted) : 4;
}

/// Every fourth and so on, so that each file has its share.
std::vector<SchemaPair> one_of(std::vector<SchemaPair> pairs, std::size_t count) {
    std::vector<SchemaPair> chosen;
    for (std::size_t i = 0; i < pairs.size(); i += count) chosen.push_back(std::move(pairs[i]));
    return chosen;
}

/// REV_SEED and REV_SEEDS, or 1 and the usual count.
std::pair<unsigned long, unsigned long> random_numbers(unsigned long usual_count) {
    const char* seed = std::getenv("REV_SEED");
    const char* count = std::getenv("REV_SEEDS");
    return {seed ? std::stoul(seed) : 1UL, count ? std::stoul(count) : usual_count};
}

void create_roles() {
    const PostgresTestDatabase server;
    for (const auto* role : {"rev_reader", "rev_writer", "rev_owner"})
        server.query(std::string("DO $$ BEGIN CREATE ROLE ") + role +
                     "; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
}

struct Checked {
    GridCells tried;
    std::vector<SchemaPair> with_online_form;  ///< those whose plan is another one when nobody may wait
};

Checked check_pairs(const std::vector<SchemaPair>& pairs, PlanForm form) {
    create_roles();
    std::vector<PairResult> results(pairs.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (auto i = next++; i < pairs.size(); i = next++) results[i] = run_pair(pairs[i], form);
    };
    // Each waits for the server most of the time.
    std::vector<std::thread> workers;
    for (int i = 0; i < 6; ++i) workers.emplace_back(work);
    for (auto& worker : workers) worker.join();
    Checked checked;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        // No file has a random pair.
        const auto is_random = pairs[i].name.starts_with("random");
        CHECK_MESSAGE(results[i].problems.empty(), pairs[i].name, "\n", results[i].problems,
                      is_random ? "\nfrom:\n" + pairs[i].from + "\nto:\n" + pairs[i].to : "");
        checked.tried.merge(results[i].cells);
        if (results[i].has_online_form && pairs[i].online) checked.with_online_form.push_back(pairs[i]);
    }
    return checked;
}

}  // namespace

TEST_CASE("each pair of schemas: up, compare, nothing left to do, down, compare, rows kept, and the dump loads") {
    // Then once more in the form that waits for nobody, where that is another one.
    const auto pairs = one_of(wanted_pairs(), share());
    REQUIRE(!pairs.empty());
    MESSAGE(pairs.size(), " pairs, one of ", share());
    const auto checked = check_pairs(pairs, PlanForm::usual);
    check_pairs(checked.with_online_form, PlanForm::online);
    if (std::getenv("REV_PAIRS") || std::getenv("REV_PAIRS_FOLDER")) return;
    MESSAGE("kinds and what was tried of each:\n", grid_text(checked.tried, wanted_cells()));
    if (share() > 1) return;  // a part of the pairs tries a part of the cells
    for (const auto& cell : wanted_cells())
        CHECK_MESSAGE(checked.tried.contains(cell), "no pair tries: ", to_string(cell.kind), " ", cell.event);
}

TEST_CASE("histories: from each release to the next one and back, with the rows of all its time") {
    const char* folder = std::getenv("REV_HISTORIES_FOLDER");
    const auto pairs =
        read_schema_histories(folder ? folder : std::string(REV_TEST_DATA) + "/schema_histories/postgresql");
    REQUIRE((folder || pairs.size() > 20));
    const auto checked = check_pairs(pairs, PlanForm::usual);
    check_pairs(checked.with_online_form, PlanForm::online);
}

TEST_CASE("random schemas: from one to the other and back") {
    const auto [first, count] = random_numbers(12);
    std::vector<SchemaPair> pairs;
    for (auto number = first; number < first + count; ++number) pairs.push_back(random_pair(number));
    const auto checked = check_pairs(pairs, PlanForm::usual);
    check_pairs(checked.with_online_form, PlanForm::online);
}

TEST_CASE("random trees of partitions: from one to the other and back") {
    std::vector<SchemaPair> pairs;
    const auto [first, count] = random_numbers(8);
    for (auto number = first; number < first + count; ++number) pairs.push_back(random_tree_pair(number));
    const auto checked = check_pairs(pairs, PlanForm::usual);
    check_pairs(checked.with_online_form, PlanForm::online);
}

TEST_CASE("random types within types: from one to the other and back") {
    std::vector<SchemaPair> pairs;
    const auto [first, count] = random_numbers(8);
    for (auto number = first; number < first + count; ++number) pairs.push_back(random_types_pair(number));
    const auto checked = check_pairs(pairs, PlanForm::usual);
    check_pairs(checked.with_online_form, PlanForm::online);
}
