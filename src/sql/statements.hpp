#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_span.hpp"
#include "rev/dialect.hpp"
#include "rev/error.hpp"
#include "sql/statement_facts.hpp"

namespace rev::sql {

/// What a statement does to transactions, as far as its text tells.
enum class StatementKind {
    ordinary,
    transaction_control,  ///< BEGIN, COMMIT, ROLLBACK, START TRANSACTION, END, PREPARE TRANSACTION ... (not SAVEPOINT)
    outside_transaction,  ///< cannot run in a transaction: CREATE INDEX CONCURRENTLY, VACUUM, CREATE DATABASE ...
    copy_from_stdin,      ///< PostgreSQL's COPY ... FROM STDIN; `copy_data` holds its inline data
};

/// One statement of a section. All views point into the text that was split.
struct Statement {
    std::string_view text;       ///< from its first token to its last, without the final `;`
    std::string_view copy_data;  ///< the lines after COPY's `;` up to, without, the line `\.`
    StatementKind kind = StatementKind::ordinary;
    StatementFacts facts;    ///< what it is: by these everything about it is decided
    std::string command;     ///< in capitals, for messages only: "CREATE INDEX CONCURRENTLY", "COMMIT"
    std::size_t offset = 0;  ///< of `text` in the split text, bytes
    std::size_t line = 0;    ///< of its first token; the split text's first line is `first_line`
    std::size_t column = 0;  ///< 1-based, characters
    Backslash backslash = Backslash::ordinary;  ///< how its strings were read
};

/// Splits a section. Comments and empty statements give none. PostgreSQL: libpg_query's parser, else a scanner with its
/// rules where the text does not parse (a newer server's syntax) or is longer than a megabyte. SQLite: by its own
/// tokens, trigger bodies kept whole. first_line: the line number of the text's first line in its file. backslash: of
/// the session at the start of the text; a SET, RESET or set_config() of standard_conforming_strings changes it for the
/// statements behind.
/// Never throws for bad SQL: the server judges that. A BOM at the start counts as no character.
[[nodiscard]] std::vector<Statement> split_statements(std::string_view text, Dialect dialect,
                                                      std::size_t first_line = 1,
                                                      Backslash backslash = Backslash::ordinary);

/// A statement that PostgreSQL's grammar does not know.
struct SyntaxError {
    std::string message;        ///< the parser's
    std::size_t offset = 0;     ///< in the statement, bytes
    bool may_be_newer = false;  ///< it has words of a newer grammar than the parser's, which a server may know
};
/// nullopt: it parses. Source: libpg_query. For SQL of PostgreSQL; statement: one, without COPY's data.
[[nodiscard]] std::optional<SyntaxError> find_syntax_error(const Statement& statement);

/// A comment or quote that a text opens and does not close.
struct Unclosed {
    enum class Kind { comment, quote };
    Kind kind = Kind::quote;
    std::size_t offset = 0;  ///< where it begins, bytes
};
/// nullopt: there is none; or only if a backslash in '...' means what `backslash` does not say, which an earlier step
/// may have changed.
[[nodiscard]] std::optional<Unclosed> find_unclosed(std::string_view text, Dialect dialect,
                                                    Backslash backslash = Backslash::ordinary);

/// A command of psql such as `\connect`, which no server knows.
struct PsqlCommand {
    std::string name;        ///< with its backslash: `\connect`, `\.`
    std::size_t offset = 0;  ///< of the backslash, bytes
    std::string advice;      ///< what to write in its place
};
/// The first one outside strings, comments and COPY's data. PostgreSQL.
[[nodiscard]] std::optional<PsqlCommand> find_psql_command(std::string_view text,
                                                           Backslash backslash = Backslash::ordinary);

/// What `ALTER TYPE name ADD VALUE [IF NOT EXISTS] 'value'` adds; PostgreSQL refuses to use a new value in the
/// transaction that added it.
struct AddedEnumValue {
    std::string type;   ///< as written: `mood`, `app.mood`, `"Mood"`
    std::string value;  ///< without quotes
};
/// nullopt: `statement` is no such statement of PostgreSQL's.
[[nodiscard]] std::optional<AddedEnumValue> added_enum_value(std::string_view statement);

/// The tokens of `text` joined by single spaces, each statement closed by ` ;` and a line end: the same for two texts
/// that differ only in comments, white space, line ends, a BOM, empty statements or a last `;`. CR LF within tokens
/// becomes LF; COPY's inline data stays.
[[nodiscard]] std::string normalized_sql(std::string_view text, Dialect dialect);

/// The same, given to `take` in pieces as it is made: a long text needs no copy.
void normalize_sql(std::string_view text, Dialect dialect, const std::function<void(std::string_view)>& take);

/// A variable and its value.
struct Variable {
    std::string name;
    std::string value;
};
/// Replaces `:'name'`, `:"name"` and `:name` for the names in `variables` (name, value) outside strings, dollar quotes,
/// quoted identifiers and comments; `::` casts and unknown names stay. Quotes as the dialect does.
/// Throws Error (ExitCode::graph) for text that ends inside a quote only if a variable would stand there.
[[nodiscard]] std::string substitute_variables(std::string_view text, const std::vector<Variable>& variables,
                                               Dialect dialect, Backslash backslash = Backslash::ordinary);

/// A variable that was filled in: which bytes of the text it was, and which bytes of the result its value is.
struct FilledIn {
    /// Offsets and lengths are in bytes.
    std::size_t written_offset = 0;
    std::size_t written_length = 0;
    std::size_t offset = 0;
    std::size_t length = 0;
};
/// A text with its variables filled in.
struct FilledText {
    std::string text;
    std::vector<FilledIn> variables;  ///< in their order
};
/// substitute_variables() of a part of a file, in which its errors are located.
[[nodiscard]] FilledText fill_in_variables(const base::SourceSpan& written, const std::vector<Variable>& variables,
                                           Dialect dialect, Backslash backslash = Backslash::ordinary);

}  // namespace rev::sql

namespace rev {
using sql::added_enum_value;
using sql::AddedEnumValue;
using sql::fill_in_variables;
using sql::FilledIn;
using sql::FilledText;
using sql::find_psql_command;
using sql::find_syntax_error;
using sql::find_unclosed;
using sql::normalize_sql;
using sql::normalized_sql;
using sql::PsqlCommand;
using sql::split_statements;
using sql::Statement;
using sql::StatementKind;
using sql::substitute_variables;
using sql::SyntaxError;
using sql::Unclosed;
using sql::Variable;
}  // namespace rev
