#pragma once

#include <optional>
#include <set>
#include <string>

#include "lint/symbols.hpp"

namespace rev::lint {

/// Names of the columns in an expression, without their tables; "*" for a star.
[[nodiscard]] std::set<std::string> columns_in(const Node& expression);
/// The relations that a query names, those of its WITH clauses aside.
[[nodiscard]] std::set<Name> relations_in(const Node& query, const Symbols& symbols);

/// Whether a row that satisfies the check cannot have NULL in the column, as PostgreSQL proves it.
[[nodiscard]] bool proves_not_null(const Node& check, const std::string& column);
/// Whether a valid check of the relation proves it.
[[nodiscard]] bool has_proof_of_not_null(const Relation& relation, const std::string& column);

/// Whether PostgreSQL computes the expression for each row anew. A function that nobody made known is one of an
/// extension or of PostgreSQL itself; of these the volatile ones are known.
[[nodiscard]] bool is_volatile(const Node& expression, const Symbols& symbols);

/// What in the expression PostgreSQL surely takes for not immutable: a function that says so, the current time, a cast
/// or a function whose result depends on the session's time zone. nullopt: nothing that is known.
[[nodiscard]] std::optional<std::string> find_mutable_part(const Node& expression, const Relation& relation,
                                                           const Symbols& symbols);

/// The sequence that nextval() in a default names, as written; empty: there is none.
[[nodiscard]] std::string sequence_of(const Node& expression);

/// NULL, with or without a cast.
[[nodiscard]] bool is_null_constant(const Node& expression);
/// TRUE, 1 = 1 and the like.
[[nodiscard]] bool is_always_true(const Node& condition);

}  // namespace rev::lint
