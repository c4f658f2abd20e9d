#pragma once

#include <compare>
#include <string>
#include <vector>

#include "schema/postgres/actions.hpp"

namespace rev::schema::postgres {

/// What decides between actions that could be next. Parts of an object stand with it.
struct ActionRank {
    int stage = 0;
    int object_kind = 0;
    std::vector<std::string> object;
    int kind = 0;
    std::vector<std::string> name;
    int position = 0;

    auto operator<=>(const ActionRank&) const = default;
};
[[nodiscard]] ActionRank rank_of(const Items& items, Node node);

/// The names that an object takes in its schema, with what they are unique among.
[[nodiscard]] std::vector<std::string> name_keys(const Fact& fact);

}  // namespace rev::schema::postgres
