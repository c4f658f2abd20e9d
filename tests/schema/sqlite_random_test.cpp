#include <cstdlib>

#include "base/text.hpp"
#include "schema/sqlite_random.hpp"

using namespace rev;
using namespace rev::test;

namespace {

/// REV_TEST_ROUNDS and REV_TEST_SEED: for longer runs by hand.
std::uint32_t number(const char* variable, std::uint32_t usual) {
    const char* value = std::getenv(variable);
    return value == nullptr ? usual : static_cast<std::uint32_t>(std::strtoul(value, nullptr, 10));
}

void judge_all(SchemaPair (*make)(std::uint32_t), std::uint32_t rounds) {
    const auto first = number("REV_TEST_SEED", 1);
    const auto last = first + number("REV_TEST_ROUNDS", rounds);
    for (auto seed = first; seed < last; ++seed) {
        const auto pair = make(seed);
        const auto complaints = judge(pair, seed % 2 == 0 ? Enforcement::on : Enforcement::off);
        CHECK_MESSAGE(complaints.empty(), "seed ", seed, ":\n", rev::base::join(complaints, "\n"), "\n", pair.from,
                      "\n", pair.to);
    }
}

}  // namespace

TEST_CASE("random pairs of schemas: upgrade makes the second, downgrade the first, rows stay") {
    judge_all(random_pair, 60);
}

TEST_CASE("random objects on objects: upgrade makes the second, downgrade the first, rows stay") {
    judge_all(random_objects_pair, 40);
}
