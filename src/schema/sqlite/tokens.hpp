#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/literals.hpp"
#include "sql/names.hpp"
#include "sql/token_text.hpp"

namespace rev::schema::sqlite {

using sql::has_name;
using sql::TokenRange;
using sql::TokenText;

/// Of SQLite's SQL.
[[nodiscard]] inline TokenText tokens_of(std::string_view sql) { return sql::tokens_of(sql, Dialect::sqlite); }

/// Names of a schema's tables, columns, indexes and views, in lower case.
using KnownNames = std::set<std::string, std::less<>>;

/// Tokens as text in which spelling that means nothing is gone: words and names in lower case, needless quotes off, one
/// blank between tokens. "Draft" that is no known name, and none that the statement gives, is the string 'Draft'.
[[nodiscard]] std::string normal_text(const TokenText& text, TokenRange range, const KnownNames& known);

/// Tokens that name a column in an expression or a list of columns: not a function, a collation or a type of CAST.
[[nodiscard]] std::vector<std::size_t> column_uses(const TokenText& text, TokenRange range, std::string_view folded);

/// `name` as SQL has to write it: in double quotes only where it needs them.
[[nodiscard]] inline std::string quoted_if_needed(std::string_view name) {
    return sql::quoted_name(name, Dialect::sqlite);
}
/// In single quotes.
[[nodiscard]] inline std::string literal(std::string_view text) { return sql::text_literal(text, Dialect::sqlite); }

/// `text.sql` with each of the tokens (in ascending order) replaced; those that there are not are passed over.
[[nodiscard]] std::string with_tokens_replaced(const TokenText& text, std::span<const std::size_t> tokens,
                                               std::string_view replacement);

}  // namespace rev::schema::sqlite
