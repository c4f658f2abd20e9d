#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rev/dialect.hpp"
#include "sql/sql_scanner.hpp"

namespace rev::sql {

/// A token of SQL, or of SQL in one of its strings.
struct NestedToken {
    SqlToken::Kind kind = SqlToken::Kind::end;  ///< no string, unless many are nested
    std::string text;                           ///< as written

    /// Whether it is that bare word (in capitals) or symbol.
    [[nodiscard]] bool is(std::string_view upper) const;
};

/// The tokens of a text in their order, where each string is replaced by the tokens of what it says, and so on: what a
/// DO block or the body of a function has, and the texts that those EXECUTE, without comments. A string that is no SQL
/// is read as if it were.
[[nodiscard]] std::vector<NestedToken> nested_tokens(std::string_view sql, Dialect dialect);

}  // namespace rev::sql
