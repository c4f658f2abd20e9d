#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rev::lint {

/// A statement of a newer PostgreSQL than the parser's, in words of the parser's.
struct OlderWords {
    std::string text;  ///< does to rows and locks what the statement does, but has other positions
    int since = 0;     ///< the first major version that takes the statement
};

/// PostgreSQL 17's and 18's NOT NULL as a constraint, virtual columns, constraints that are not enforced, and SET
/// EXPRESSION. statement: one that the parser refuses. nullopt: it has nothing of these.
[[nodiscard]] std::optional<OlderWords> in_older_words(std::string_view statement);

}  // namespace rev::lint
