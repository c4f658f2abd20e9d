#include "sql/statements.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "sql/parsed_split.hpp"
#include "sql/sql_scanner.hpp"
#include "sql/statement_kind.hpp"
#include "sql/statement_markers.hpp"

namespace rev::sql {
namespace {

using Kind = SqlToken::Kind;

// A parse tree takes some fifty times the memory of its text; a longer text is mostly data, and the scanner suffices.
constexpr std::size_t longest_for_parser = 1024UL * 1024;

/// The first statements of a long text tell how many there will be, so that the vector need not grow by copies.
void reserve_by_sample(std::vector<Statement>& statements, std::size_t read, std::size_t size) {
    constexpr std::size_t sample = 1024;
    // A quarter more than the sample says; the lengths of statements vary.
    if (statements.size() == sample) statements.reserve(size / (read / sample + 1) * 5 / 4 + sample);
}

Statement statement_of(std::string_view text, std::size_t begin, std::size_t end,
                       Backslash backslash = Backslash::ordinary) {
    Statement statement;
    statement.backslash = backslash;
    statement.text = text.substr(begin, end - begin);
    statement.offset = begin;
    return statement;
}

/// The statements of `text`: text, copy_data, offset and backslash.
std::vector<Statement> scan_statements(std::string_view text, Dialect dialect, Backslash of_session) {
    std::vector<Statement> statements;
    SqlScanner scanner(text, dialect, of_session);
    auto backslash = of_session;
    std::size_t begin = 0;
    std::size_t end = 0;  // begin == end: no token of the next statement yet
    const auto close = [&] {
        if (begin < end) statements.push_back(statement_of(text, begin, end, backslash));
        begin = end = 0;
    };
    for (SqlToken token = scanner.next(); token.kind != Kind::end; token = scanner.next()) {
        if (token.kind == Kind::terminator) {
            close();
            backslash = scanner.backslash();
            reserve_by_sample(statements, token.end, text.size());
        } else if (token.kind == Kind::copy_data) {
            // There is one: the `;` that announced the data has closed it.
            statements.back().copy_data = scanner.text_of(token);
        } else {
            if (begin == end) begin = token.begin;
            end = token.end;
        }
    }
    close();
    return statements;
}

/// `text` without comments and white space at its ends; empty if it has no token.
std::string_view trim_to_tokens(std::string_view text) {
    SqlScanner scanner(text, Dialect::postgresql);
    SqlToken token = scanner.next();
    const std::size_t begin = token.begin;
    std::size_t end = begin;
    for (; token.kind != Kind::end; token = scanner.next()) end = token.end;
    return text.substr(begin, end - begin);
}

/// PostgreSQL's own grammar on text[begin, end), which has no COPY data; nullopt if it does not parse there.
std::optional<std::vector<Statement>> parse_statements(std::string_view text, std::size_t begin, std::size_t end) {
    const std::string part(text.substr(begin, end - begin));
    if (part.find('\0') != std::string::npos) return std::nullopt;
    const SplitResult result = split_by_parser(part);
    if (result->error != nullptr) return std::nullopt;

    std::vector<Statement> statements;
    for (int i = 0; i < result->n_stmts; ++i) {
        const PgQuerySplitStmt& parsed = *result->stmts[i];
        // In bytes of the part, as the parser was given.
        const auto location = begin + static_cast<std::size_t>(parsed.stmt_location);
        const std::string_view trimmed =
            trim_to_tokens(text.substr(location, static_cast<std::size_t>(parsed.stmt_len)));
        const auto offset = static_cast<std::size_t>(trimmed.data() - text.data());
        statements.push_back(statement_of(text, offset, offset + trimmed.size()));
    }
    return statements;
}

/// Where a run of statements that the parser can read ends: before COPY data, and before what it would read in another
/// way than the session.
using Position = std::vector<Statement>::const_iterator;
Position end_of_run(Position first, Position last) {
    return std::find_if(first, last, [](const Statement& statement) {
        return statement.copy_data.data() != nullptr || statement.backslash == Backslash::escape;
    });
}

/// Lets the parser judge each run of statements between COPY data; where it cannot, the scanner's cuts stay.
std::vector<Statement> confirm_by_parser(std::string_view text, const std::vector<Statement>& scanned) {
    std::vector<Statement> statements;
    for (auto first = scanned.begin(); first != scanned.end();) {
        const auto copy = end_of_run(first, scanned.end());
        if (first != copy) {
            const Statement& last = *std::prev(copy);
            // From the first token to the last: then positions count from a token, and no comment at either end changes
            // them.
            auto parsed = parse_statements(text, first->offset, last.offset + last.text.size());
            if (parsed) {
                std::move(parsed->begin(), parsed->end(), std::back_inserter(statements));
            } else {
                statements.insert(statements.end(), first, copy);
            }
        }
        first = copy;
        if (first == scanned.end()) continue;
        const char* data = first->copy_data.data();
        statements.push_back(*first++);
        // What stands on COPY's line runs behind its data, which lies between it and the next line.
        while (data != nullptr && first != scanned.end() && first->text.data() < data) {
            if (first->copy_data.data() != nullptr) data = first->copy_data.data();
            statements.push_back(*first++);
        }
    }
    return statements;
}

/// Walks a text forwards, counting lines and characters once.
class PositionCounter {
public:
    PositionCounter(std::string_view text, std::size_t first_line) : text_(text), line_(first_line) {
        if (text.starts_with("\xEF\xBB\xBF")) offset_ = 3;
    }

    void advance_to(std::size_t offset) {
        if (offset < offset_) return;
        const std::string_view passed = text_.substr(offset_, offset - offset_);
        const auto last_line_end = passed.rfind('\n');
        if (last_line_end == std::string_view::npos) {
            column_ += base::count_characters(passed);
        } else {
            line_ += static_cast<std::size_t>(std::count(passed.begin(), passed.end(), '\n'));
            column_ = 1 + base::count_characters(passed.substr(last_line_end + 1));
        }
        offset_ = offset;
    }
    [[nodiscard]] std::size_t line() const { return line_; }
    [[nodiscard]] std::size_t column() const { return column_; }

private:
    std::string_view text_;
    std::size_t offset_ = 0;
    std::size_t line_;
    std::size_t column_ = 1;
};

/// position_of() for each of them would count from the beginning each time, which is quadratic.
void locate(std::string_view text, std::size_t first_line, std::vector<Statement>& statements) {
    PositionCounter counter(text, first_line);
    for (Statement& statement : statements) {
        counter.advance_to(statement.offset);
        statement.line = counter.line();
        statement.column = counter.column();
    }
}

void append_with_plain_line_ends(std::string_view text, std::string& result) {
    for (auto at = text.find("\r\n"); at != std::string_view::npos; at = text.find("\r\n")) {
        result += text.substr(0, at);
        text.remove_prefix(at + 1);
    }
    result += text;
}

}  // namespace

std::vector<Statement> split_statements(std::string_view text, Dialect dialect, std::size_t first_line,
                                        Backslash backslash) {
    std::vector<Statement> statements = scan_statements(text, dialect, backslash);
    if (dialect == Dialect::postgresql && text.size() <= longest_for_parser)
        statements = confirm_by_parser(text, statements);
    locate(text, first_line, statements);
    for (Statement& statement : statements) classify(statement, dialect);
    return statements;
}

namespace {

std::optional<Unclosed> unclosed_as_read(std::string_view text, Dialect dialect, Backslash backslash) {
    SqlScanner scanner(text, dialect, backslash);
    while (scanner.next().kind != Kind::end) continue;
    if (!scanner.ends_open()) return std::nullopt;
    return Unclosed{scanner.ends_in_comment() ? Unclosed::Kind::comment : Unclosed::Kind::quote, scanner.open_at()};
}

}  // namespace

std::optional<Unclosed> find_unclosed(std::string_view text, Dialect dialect, Backslash backslash) {
    const auto found = unclosed_as_read(text, dialect, backslash);
    // With both readings open, it is open; with one only, a setting of the session may make it right, and the server is
    // to judge.
    if (!found || dialect == Dialect::sqlite || text.find('\\') == std::string_view::npos) return found;
    const auto other = backslash == Backslash::ordinary ? Backslash::escape : Backslash::ordinary;
    return unclosed_as_read(text, dialect, other) ? found : std::nullopt;
}

std::string normalized_sql(std::string_view text, Dialect dialect) {
    std::string result;
    result.reserve(text.size());
    normalize_sql(text, dialect, [&](std::string_view piece) { result += piece; });
    return result;
}

void normalize_sql(std::string_view text, Dialect dialect, const std::function<void(std::string_view)>& take) {
    constexpr std::size_t piece_size = 16UL * 1024;
    std::string piece;
    bool in_statement = false;
    // The terminator is written by the end of a statement and not by its `;`: with or without a last one the text is
    // the same.
    const auto close = [&] {
        if (std::exchange(in_statement, false)) piece += " ;\n";
        if (piece.size() >= piece_size) take(std::exchange(piece, {}));
    };
    SqlScanner scanner(text, dialect);
    std::vector<std::size_t> comments;
    if (may_have_exact_markers(text)) scanner.note_line_comments(comments);
    // What a marker says is as much what runs as the statement below it.
    const auto add_markers = [&] {
        for (const auto offset : comments)
            if (!in_statement && (offset == 0 || text[offset - 1] == '\n'))
                piece += normalized_marker(text.substr(offset, text.find_first_of("\r\n", offset) - offset), dialect);
        comments.clear();
    };
    for (SqlToken token = scanner.next(); token.kind != Kind::end; token = scanner.next()) {
        add_markers();
        if (token.kind == Kind::terminator) {
            close();
        } else if (token.kind == Kind::copy_data) {
            append_with_plain_line_ends(scanner.text_of(token), piece);
            // Written by rev, as the data may have ended with the text instead.
            piece += "\\.\n";
        } else {
            if (std::exchange(in_statement, true)) piece += ' ';
            append_with_plain_line_ends(scanner.text_of(token), piece);
        }
    }
    close();
    add_markers();
    take(piece);
}

}  // namespace rev::sql
