#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/model.hpp"

namespace rev::schema::postgres {

/// A name as SQL needs it: quoted only where it would be read as something else.
[[nodiscard]] std::string quote_name(std::string_view name);
/// schema.object, each quoted where needed.
[[nodiscard]] std::string qualified(std::span<const std::string> parts);
/// 'text'; E'...' where it holds a backslash, so that it is the same whatever standard_conforming_strings says.
[[nodiscard]] std::string quote_text(std::string_view text);
/// A role; PUBLIC and CURRENT_USER are words.
[[nodiscard]] std::string quote_role(std::string_view role);

/// The parts between commas that stand within no quotes and no parentheses, trimmed.
[[nodiscard]] std::vector<std::string> split_sql_list(std::string_view text);

/// The value; empty: it is not set.
[[nodiscard]] inline const std::string& attribute_of(const Fact& fact, std::string_view name) {
    return value_of(fact.attributes, name);
}
[[nodiscard]] inline const std::string& note_of(const Fact& fact, std::string_view name) {
    return value_of(fact.notes, name);
}
/// The storage options of a table or a view, in the order in which they were given, where that is known.
[[nodiscard]] inline const std::string& options_of(const Fact& fact) {
    const auto& given = note_of(fact, "options as given");
    return given.empty() ? attribute_of(fact, "options") : given;
}
/// Whether an attribute has another value in the two.
[[nodiscard]] bool differs(const Fact& before, const Fact& after, std::string_view attribute);

/// Parts that the reader joined by the unit separator.
[[nodiscard]] std::vector<std::string> split_parts(std::string_view text);

/// At most so many bytes of a name, and no part of a letter: PostgreSQL cuts names at 63.
[[nodiscard]] std::string shortened(const std::string& name, std::size_t longest);

/// The columns whose NOT NULL has a name that a constraint of another table of the schema has, in either model. Such a
/// one has to be written: the server chooses another where a name is taken. Since 18, where NOT NULL has names.
[[nodiscard]] std::set<FactId> names_that_meet(const Model& before, const Model& after);

/// The sequence of an identity column, as SQL: by its own name, else by the one that the server gives.
[[nodiscard]] std::string identity_sequence_of(const Fact& column);

}  // namespace rev::schema::postgres
