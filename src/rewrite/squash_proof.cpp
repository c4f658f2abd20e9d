#include "rewrite/squash_proof.hpp"

#include <fmt/format.h>

namespace rev::rewrite {
namespace {

/// What the two databases have in different ways, the first of it; empty: nothing.
std::string first_difference(SqliteReplay& before, SqliteReplay& after) {
    const auto found = differences(before.schema(), after.schema());
    return found.empty() ? std::string() : found.front();
}

}  // namespace

Proof prove_on_sqlite(const Config& config, const Replayed& old_files, const Replayed& squashed,
                      const RevisionId& first, const RevisionId& last) {
    SqliteReplay before(config);
    SqliteReplay after(config);
    // That the old files do not run here proves nothing about the squash: it is told as unproven, and not as wrong.
    if (auto failure = failure_of([&] { before.up(old_files, last); }); !failure.empty())
        return {false, std::move(failure), {}};
    if (const auto failure = failure_of([&] { after.up(squashed, last); }); !failure.empty())
        return {false, {}, fmt::format("its upgrade fails: {}", failure)};
    if (auto difference = first_difference(before, after); !difference.empty())
        return {false, {}, std::move(difference)};
    // Irreversible before, or as broken as it was: nothing to compare with.
    if (!failure_of([&] { before.down(old_files, first); }).empty()) return {true, {}, {}};
    if (const auto failure = failure_of([&] { after.down(squashed, last); }); !failure.empty())
        return {false, {}, fmt::format("its downgrade fails: {}", failure)};
    if (const auto difference = first_difference(before, after); !difference.empty())
        return {false, {}, fmt::format("after its downgrade, {}", difference)};
    return {true, {}, {}};
}

}  // namespace rev::rewrite
