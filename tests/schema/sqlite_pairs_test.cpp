#include <doctest/doctest.h>

#include <cstdlib>

#include "base/text.hpp"
#include "schema/sqlite_grid.hpp"
#include "schema/sqlite_pair.hpp"

using namespace rev;
using namespace rev::test;

namespace {

/// REV_PAIRS_FOLDER=PATH, REV_HISTORIES_FOLDER=PATH: those of another folder.
std::filesystem::path folder_of(const char* variable, const char* usual) {
    if (const char* folder = std::getenv(variable)) return folder;
    return std::filesystem::path(REV_TEST_DATA) / usual / "sqlite";
}

std::filesystem::path pairs_folder() { return folder_of("REV_PAIRS_FOLDER", "schema_pairs"); }

void check_pairs(const std::vector<SchemaPair>& pairs, Enforcement foreign_keys) {
    REQUIRE(pairs.size() > 5);
    for (const auto& pair : pairs) {
        const auto complaints = judge(pair, foreign_keys);
        CHECK_MESSAGE(complaints.empty(), pair.name, ":\n", rev::base::join(complaints, "\n"));
    }
}

}  // namespace

TEST_CASE("each pair of schemas: upgrade makes the second, downgrade the first, rows stay") {
    check_pairs(read_pairs(pairs_folder()), Enforcement::off);
}

TEST_CASE("each pair of schemas: the same where foreign keys are enforced") {
    check_pairs(read_pairs(pairs_folder()), Enforcement::on);
}

TEST_CASE("histories: from each release to the next one and back, with the rows of all its time") {
    const auto steps = read_histories(folder_of("REV_HISTORIES_FOLDER", "schema_histories"));
    check_pairs(steps, Enforcement::off);
    check_pairs(steps, Enforcement::on);
}

TEST_CASE("the pairs try each kind of change, and each while something of each kind depends on it") {
    GridCells tried;
    for (const auto& pair : read_pairs(pairs_folder())) tried.merge(cells_of(pair));
    MESSAGE("kinds and what was tried of each:\n", grid_text(tried, wanted_sqlite_cells()));
    for (const auto& cell : wanted_sqlite_cells())
        CHECK_MESSAGE(tried.contains(cell), "no pair tries: ", to_string(cell.kind), " ", cell.event);
}
