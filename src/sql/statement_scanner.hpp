#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "rev/dialect.hpp"
#include "sql/sql_scanner.hpp"

namespace rev::sql {

/// Walks over the statements of an SQL text without keeping them, as far as its tokens tell where they end. It serves
/// error locations and the cutting of long texts; what a statement means is left to the server.
class StatementScanner {
public:
    /// text: must outlive it. In front of the first statement.
    StatementScanner(std::string_view text, Dialect dialect, Backslash backslash = Backslash::ordinary)
        : text_(text), scanner_(text, dialect, backslash) {}

    /// Goes to the next statement; false if only blanks, comments and `;` are left.
    bool next();
    /// Offset of the statement's first token.
    [[nodiscard]] std::size_t begin() const noexcept { return begin_; }
    /// Offset behind its `;`, or the text's end.
    [[nodiscard]] std::size_t end() const noexcept { return end_; }
    /// Whether it has a `;`.
    [[nodiscard]] bool terminated() const noexcept { return terminated_; }
    /// False once the text ended inside a quote or comment.
    [[nodiscard]] bool certain() const noexcept { return !scanner_.ends_open(); }

private:
    std::string_view text_;
    SqlScanner scanner_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool terminated_ = false;
};

/// "COMMIT" of a statement that begins or ends a transaction, in capitals; empty for any other, SAVEPOINT and ROLLBACK
/// TO among them. statement: one, without others behind it.
[[nodiscard]] std::string transaction_control(std::string_view statement, Dialect dialect);

/// Offset of the first such statement.
[[nodiscard]] std::optional<std::size_t> find_transaction_control(std::string_view text, Dialect dialect);

/// How many statements the text has, without empty ones.
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

/// PostgreSQL: `sql` with a blank behind each `:` outside quotes and comments that psql would take for the beginning of
/// a variable: `arr[1:n]` becomes `arr[1: n]`, which means the same everywhere.
[[nodiscard]] std::string with_spaced_colons(std::string_view sql);

}  // namespace rev::sql
