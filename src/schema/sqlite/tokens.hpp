#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/sql_scanner.hpp"

namespace rev::schema::sqlite {

/// Tokens of one statement, without comments; offsets are bytes of its text.
using Tokens = std::vector<sql::SqlToken>;

/// Indices of tokens, half-open.
struct TokenRange {
    std::size_t first = 0;
    std::size_t last = 0;

    [[nodiscard]] bool empty() const noexcept { return first >= last; }
};

/// A statement and its tokens. `sql` must outlive it.
struct TokenText {
    std::string_view sql;
    Tokens tokens = {};

    [[nodiscard]] std::string_view text(std::size_t token) const {
        return sql.substr(tokens[token].begin, tokens[token].end - tokens[token].begin);
    }
    /// As written, comments between its tokens included.
    [[nodiscard]] std::string_view text(TokenRange range) const {
        if (range.empty()) return {};
        const auto begin = tokens[range.first].begin;
        return sql.substr(begin, tokens[range.last - 1].end - begin);
    }
    /// Whether a token is that bare word (in capitals) or symbol; false behind the last one.
    [[nodiscard]] bool is(std::size_t token, std::string_view upper) const {
        const bool can_be = token < tokens.size() && (tokens[token].kind == sql::SqlToken::Kind::word ||
                                                      tokens[token].kind == sql::SqlToken::Kind::symbol);
        return can_be && sql::is_word(text(token), upper);
    }
    /// Whether a token can be a name: a word, or quoted in one of SQLite's four ways.
    [[nodiscard]] bool is_name(std::size_t token) const;
    /// A name without its quotes, as spelled.
    [[nodiscard]] std::string name(std::size_t token) const;
    /// The same in lower case: SQLite compares names so.
    [[nodiscard]] std::string folded_name(std::size_t token) const;
    /// Behind the `)` that closes the `(` at `token`; the number of tokens if none does.
    [[nodiscard]] std::size_t behind_parentheses(std::size_t token) const;
    [[nodiscard]] TokenRange all_from(std::size_t token) const { return {token, tokens.size()}; }
};

[[nodiscard]] TokenText tokens_of(std::string_view sql);

/// Names of a schema's tables, columns, indexes and views, in lower case.
using KnownNames = std::set<std::string, std::less<>>;

/// Tokens as text in which spelling that means nothing is gone: words and names in lower case, needless quotes off, one
/// blank between tokens. "Draft" that is no known name, and none that the statement gives, is the string 'Draft'.
[[nodiscard]] std::string normal_text(const TokenText& text, TokenRange range, const KnownNames& known);

/// Whether one of the tokens is a name (or word) that is `folded` but for case and quotes.
[[nodiscard]] bool mentions(const TokenText& text, TokenRange range, std::string_view folded);

/// Tokens that name a column in an expression or a list of columns: not a function, a collation or a type of CAST.
[[nodiscard]] std::vector<std::size_t> column_uses(const TokenText& text, TokenRange range, std::string_view folded);

/// `name` as SQL has to write it: in double quotes only where it needs them.
[[nodiscard]] std::string quoted_if_needed(std::string_view name);
/// In single quotes.
[[nodiscard]] std::string literal(std::string_view text);

/// `text.sql` with each of the tokens (in ascending order) replaced; those that there are not are passed over.
[[nodiscard]] std::string with_tokens_replaced(const TokenText& text, std::span<const std::size_t> tokens,
                                               std::string_view replacement);

}  // namespace rev::schema::sqlite
