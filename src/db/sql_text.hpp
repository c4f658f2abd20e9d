#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rev/dialect.hpp"

namespace rev {

/// Walks over the statements of an SQL text, as far as quotes, comments and nesting tell where they end. It serves
/// error locations and the cutting of long texts; what a statement means is left to the server.
class StatementScanner {
public:
    StatementScanner(std::string_view text, Dialect dialect, Backslash backslash = Backslash::ordinary)
        : text_(text), dialect_(dialect), backslash_(backslash) {}

    /// Goes to the next statement; false if only blanks, comments and `;` are left.
    bool next();
    /// At a statement's beginning: passes over blanks and comments; returns where it is then.
    std::size_t skip_blanks();
    /// Goes over one token, comment or blank, whatever statement it belongs to; false at the text's end.
    bool pass_token();
    /// Goes to the next token that begins with one of `characters`; false if there is none.
    bool next_token(std::string_view characters);
    /// Offset of the statement's first token, or of the token.
    [[nodiscard]] std::size_t begin() const noexcept { return begin_; }
    /// Offset behind its `;`, or the text's end.
    [[nodiscard]] std::size_t end() const noexcept { return position_; }
    /// Whether it has a `;`.
    [[nodiscard]] bool terminated() const noexcept { return terminated_; }
    /// False once the text ended inside a quote or comment.
    [[nodiscard]] bool certain() const noexcept { return certain_; }

private:
    bool skip_blank_or_comment();
    void skip_block_comment();
    void skip_quoted(char quote, bool backslash_escapes);
    bool skip_dollar_quoted();
    void skip_word();
    void skip_token();

    std::string_view text_;
    Dialect dialect_;
    Backslash backslash_;
    std::size_t position_ = 0;
    std::size_t begin_ = 0;
    std::size_t parentheses_ = 0;
    std::size_t blocks_ = 0;  ///< open BEGIN ATOMIC and CASE inside it
    std::string_view last_word_;
    bool terminated_ = false;
    bool certain_ = true;
};

/// "COMMIT" of a statement that begins or ends a transaction, in capitals; empty for any other, SAVEPOINT and ROLLBACK
/// TO among them. statement: from its first token.
[[nodiscard]] std::string transaction_control(std::string_view statement, Dialect dialect);

/// Offset of the first such statement.
[[nodiscard]] std::optional<std::size_t> find_transaction_control(std::string_view text, Dialect dialect);

[[nodiscard]] std::size_t count_statements(std::string_view text, Dialect dialect,
                                           Backslash backslash = Backslash::ordinary);

/// Offset of statement `index` (0-based); of the last one if there are fewer, 0 if there is none.
[[nodiscard]] std::size_t statement_offset(std::string_view text, std::size_t index, Dialect dialect,
                                           Backslash backslash = Backslash::ordinary);

/// Index of the statement that holds the byte at `offset`.
[[nodiscard]] std::size_t statement_index(std::string_view text, std::size_t offset, Dialect dialect,
                                          Backslash backslash = Backslash::ordinary);

/// Whether a setting of the session says what the text means: a backslash (standard_conforming_strings,
/// backslash_quote), U&'...', or a byte that is not ASCII (client_encoding).
[[nodiscard]] bool depends_on_settings(std::string_view text);

/// The first of SQLite's parameters (`?`, `?1`, `:a`, `@a`, `$a`) in `text` from `start` on; empty if there is none.
[[nodiscard]] std::string_view find_sqlite_parameter(std::string_view text, std::size_t start);

/// `sql` with each `?` outside quotes replaced by what `replacement` gives for its index.
[[nodiscard]] std::string replace_placeholders(std::string_view sql,
                                               const std::function<std::string(std::size_t)>& replacement);

/// PostgreSQL: `sql` with a blank behind each `:` outside quotes and comments that psql would take for the beginning of
/// a variable: `arr[1:n]` becomes `arr[1: n]`, which means the same everywhere.
[[nodiscard]] std::string with_spaced_colons(std::string_view sql);

/// `text` between `quote`s, which are doubled inside it.
[[nodiscard]] std::string in_quotes(std::string_view text, char quote);

}  // namespace rev
