#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rev/dialect.hpp"
#include "sql/sql_scanner.hpp"

namespace rev::sql {

/// Indices of tokens, half-open.
struct TokenRange {
    std::size_t first = 0;
    std::size_t last = 0;

    /// Whether no token is in it.
    [[nodiscard]] bool empty() const noexcept { return first >= last; }
};

/// SQL and its tokens, for whoever looks ahead and back; SqlCursor goes ahead only. `sql` must outlive it. Indices may
/// lie behind the last token, unless something else is said.
struct TokenText {
    std::string_view sql;
    Dialect dialect = Dialect::sqlite;
    std::vector<SqlToken> tokens = {};  ///< without comments; offsets are bytes of `sql`

    /// As written, with its quotes; empty behind the last one.
    [[nodiscard]] std::string_view text(std::size_t token) const {
        if (token >= tokens.size()) return {};
        return sql.substr(tokens[token].begin, tokens[token].end - tokens[token].begin);
    }
    /// As written, comments between its tokens included. range: of tokens that there are.
    [[nodiscard]] std::string_view text(TokenRange range) const {
        if (range.empty()) return {};
        const auto begin = tokens[range.first].begin;
        return sql.substr(begin, tokens[range.last - 1].end - begin);
    }
    /// Whether a token is that bare word (in capitals) or symbol; false behind the last one.
    [[nodiscard]] bool is(std::size_t token, std::string_view upper) const {
        const bool can_be = token < tokens.size() && (tokens[token].kind == SqlToken::Kind::word ||
                                                      tokens[token].kind == SqlToken::Kind::symbol);
        return can_be && is_word(text(token), upper);
    }
    /// Whether a token can be a name: a word, or quoted in one of the dialect's ways.
    [[nodiscard]] bool is_name(std::size_t token) const;
    /// Whether it is a string; one of SQLite's may be a name too.
    [[nodiscard]] bool is_string(std::size_t token) const {
        return token < tokens.size() && tokens[token].kind == SqlToken::Kind::string;
    }
    /// What a token means: unquoted_name() of a name, what a string says.
    [[nodiscard]] std::string name(std::size_t token) const;
    /// The same as the database compares names: see folded_name() of sql/names.hpp.
    [[nodiscard]] std::string folded_name(std::size_t token) const;
    /// Behind the name that begins at `token`, whose parts are separated by dots; at most the number of tokens.
    [[nodiscard]] std::size_t behind_name(std::size_t token) const;
    /// Behind the `)` that closes the `(` at `token`; the number of tokens if none does.
    [[nodiscard]] std::size_t behind_parentheses(std::size_t token) const;
    /// To the last one, a final `;` included.
    [[nodiscard]] TokenRange all_from(std::size_t token) const { return {token, tokens.size()}; }
};

/// Never fails: see SqlScanner. A final `;` is a token.
[[nodiscard]] TokenText tokens_of(std::string_view sql, Dialect dialect);

/// Whether one of the tokens is a name (or word) that is `folded` but for case and quotes: see folded_name().
[[nodiscard]] bool has_name(const TokenText& text, TokenRange range, std::string_view folded);

/// Whether the word (in capitals) stands outside parentheses and quotes.
[[nodiscard]] bool has_outer_word(std::string_view sql, Dialect dialect, std::string_view upper);

/// The parts between commas that stand within no quotes and no parentheses, trimmed; an empty last one is none.
[[nodiscard]] std::vector<std::string> split_sql_list(std::string_view list, Dialect dialect);

}  // namespace rev::sql
