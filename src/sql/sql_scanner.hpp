#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rev/dialect.hpp"

namespace rev::sql {

/// A piece of SQL; comments and white space are none. Offsets are bytes of the scanned text.
struct SqlToken {
    enum class Kind {
        word,         ///< keyword or plain identifier
        quoted_name,  ///< "x"; SQLite also `x` and [x]
        string,       ///< '...', E'...', U&'...', $tag$...$tag$
        number,
        symbol,      ///< operator or punctuation; also a `;` within a statement
        terminator,  ///< the `;` that ends a statement
        copy_data,   ///< the lines between COPY ... FROM STDIN; and `\.`
        end,         ///< nothing is left
    };
    Kind kind = Kind::end;
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// Cuts SQL as the servers' own scanners do, and knows where statements end: for PostgreSQL by psql's rules
/// (parentheses, BEGIN ATOMIC ... END of SQL-standard function bodies, COPY data), for SQLite by sqlite3_complete's
/// (trigger bodies). Never fails: an open quote or comment ends with the text.
class SqlScanner {
public:
    /// backslash: of the session at the start of the text.
    SqlScanner(std::string_view text, Dialect dialect, Backslash backslash = Backslash::ordinary);

    /// The next token; behind the last one Kind::end, again and again.
    [[nodiscard]] SqlToken next();
    /// From now on the offset of each `--` comment that next() passes over is added to `offsets`, which must outlive
    /// it.
    void note_line_comments(std::vector<std::size_t>& offsets) { line_comments_ = &offsets; }
    /// Once the end was reached: whether it lies inside a quote or comment.
    [[nodiscard]] bool ends_open() const noexcept { return ends_open_; }
    /// Then: where that begins, and which of both it is.
    [[nodiscard]] std::size_t open_at() const noexcept { return open_at_; }
    [[nodiscard]] bool ends_in_comment() const noexcept { return ends_in_comment_; }
    /// For strings from here on: what statements said about standard_conforming_strings counts.
    [[nodiscard]] Backslash backslash() const noexcept { return backslash_; }
    [[nodiscard]] std::string_view text_of(const SqlToken& token) const {
        return text_.substr(token.begin, token.end - token.begin);
    }

private:
    /// How far a statement has come, for its end and for COPY. PostgreSQL.
    struct StatementState {
        std::size_t parentheses = 0;
        std::size_t blocks = 0;    ///< BEGIN ATOMIC and CASE within it
        bool started = false;      ///< it has a token
        std::size_t begin = 0;     ///< of its first token
        std::string opening;       ///< letters of its first words, as in psql: "cf" CREATE FUNCTION, "corp" ...
        bool is_copy = false;      ///< its first word is COPY
        bool after_from = false;   ///< the last token was COPY's FROM
        bool after_begin = false;  ///< the last token was BEGIN
        bool reads_stdin = false;  ///< COPY ... FROM STDIN
    };
    /// The states of sqlite3_complete().
    enum class TriggerState { start, normal, explain, create, trigger, semicolon, end };

    void skip_blanks();
    [[nodiscard]] bool skip_comment();
    void skip_block_comment();
    [[nodiscard]] SqlToken scan();
    [[nodiscard]] SqlToken scan_word();
    [[nodiscard]] SqlToken scan_number();
    [[nodiscard]] SqlToken scan_quoted(SqlToken::Kind kind, std::size_t begin, std::size_t quote, bool backslashes);
    [[nodiscard]] SqlToken scan_bracket_name();
    [[nodiscard]] bool scan_dollar_quote(SqlToken& token);
    [[nodiscard]] SqlToken scan_symbol();
    [[nodiscard]] std::size_t operator_end() const;
    [[nodiscard]] bool scan_copy_data(SqlToken& token);
    [[nodiscard]] bool ends_on_its_line(std::string_view rest_of_line) const;

    void watch_postgresql(SqlToken& token);
    void watch_setting(std::string_view statement);
    void watch_word(std::string_view word);
    void watch_sqlite(SqlToken& token);

    [[nodiscard]] char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }
    [[nodiscard]] bool is_postgresql() const { return dialect_ == Dialect::postgresql; }
    [[nodiscard]] SqlToken take(SqlToken::Kind kind, std::size_t begin, std::size_t end) {
        at_ = end;
        return {kind, begin, end};
    }
    /// What was opened and not closed.
    [[nodiscard]] SqlToken take_rest(SqlToken::Kind kind, std::size_t begin) {
        ends_open_ = true;
        open_at_ = begin;
        return take(kind, begin, text_.size());
    }

    std::string_view text_;
    Dialect dialect_;
    std::size_t at_ = 0;
    StatementState statement_;
    TriggerState trigger_ = TriggerState::start;
    bool copy_data_follows_ = false;
    Backslash session_backslash_;  ///< what RESET returns to
    Backslash backslash_;
    std::vector<std::size_t>* line_comments_ = nullptr;
    bool ends_open_ = false;
    bool ends_in_comment_ = false;
    std::size_t open_at_ = 0;
    // Where the line of a COPY ends, and where the text goes on behind its data; equal: no data lies ahead.
    std::size_t copy_line_end_ = 0;
    std::size_t copy_data_end_ = 0;
};

/// Where the `--` comment at `begin` ends: before its line end. A lone CR ends PostgreSQL's, but not SQLite's.
[[nodiscard]] std::size_t line_comment_end(std::string_view text, std::size_t begin, Dialect dialect) noexcept;

/// Whether two ASCII words are the same but for their case; `upper` is in capitals.
[[nodiscard]] bool is_word(std::string_view text, std::string_view upper) noexcept;

/// Whether `upper` stands anywhere in a text, in any case: also within a longer word, a string, a comment or the body
/// of a function. For questions where a no must be right, and a yes costs little.
[[nodiscard]] bool mentions(std::string_view text, std::string_view upper) noexcept;

}  // namespace rev::sql
