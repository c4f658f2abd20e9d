#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/model.hpp"

namespace rev::schema::postgres {

/// Gives a fact, its parts and what is said of them the new name, in ids, dependencies, and in the text of whatever
/// depends on them, as the server does. Where a text comes out otherwise than the server's, its object is made anew: no
/// harm.
void rename_in_facts(std::vector<Fact>& facts, const FactId& from, const FactId& to);

/// `sql` with each name `from`, written as there, replaced where `wanted` says so of what stands before and behind it.
/// What stands in strings is none.
[[nodiscard]] std::string replace_identifier(const std::string& sql, const std::string& from, const std::string& to,
                                             bool (*wanted)(std::string_view before, std::string_view behind));

}  // namespace rev::schema::postgres
