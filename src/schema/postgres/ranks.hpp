#pragma once

#include <compare>
#include <string>
#include <vector>

#include "schema/postgres/actions.hpp"

namespace rev::schema::postgres {

/// What decides between actions that could be next. Parts of an object stand with it.
struct ActionRank {
    /// They count in this order. stage: event triggers that go, then what goes, what comes, the end of what stood
    /// aside, owners and grants, and last default grants and event triggers that come.
    int stage = 0;
    int object_kind = 0;
    std::vector<std::string> object;
    int kind = 0;
    std::vector<std::string> name;
    int position = 0;

    auto operator<=>(const ActionRank&) const = default;
};
/// Columns of a table rank by their places, all else by name.
[[nodiscard]] ActionRank rank_of(const Items& items, Node node);

/// The names that an object takes in its schema, with what they are unique among.
[[nodiscard]] std::vector<std::string> name_keys(const Fact& fact);

}  // namespace rev::schema::postgres
