// By hand, beside PostgreSQL's real grammar in libpg_query, because a scanner is needed where that cannot serve: for
// SQLite, for text that a newer server understands, for COPY data, for positions of single tokens, and for text too
// long to be parsed.

#include "sql/sql_scanner.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sql/literals.hpp"
#include "sql/name_letters.hpp"
#include "sql/quotes.hpp"

namespace rev::sql {
namespace {

using Kind = SqlToken::Kind;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }
char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool is_operator(char c) {
    return c != '\0' && std::string_view("~!@#^&|`?+-*/%<>=").find(c) != std::string_view::npos;
}

/// The common symbols, which begin no longer one.
bool stands_alone(char c) { return c == '(' || c == ')' || c == ',' || c == ';'; }

constexpr std::string_view backslash_setting = "STANDARD_CONFORMING_STRINGS";

/// What a value of standard_conforming_strings means; the server takes beginnings of the words too.
Backslash backslash_for(std::string_view value, Backslash of_session) {
    const auto begins = [&](std::string_view word, std::size_t least) {
        // `o` alone could be `on` or `off`: the server wants two letters there.
        return value.size() >= least && value.size() <= word.size() && is_word(value, word.substr(0, value.size()));
    };
    if (is_word(value, "DEFAULT")) return of_session;
    const bool off = begins("FALSE", 1) || begins("OFF", 2) || begins("NO", 1) || value == "0";
    return off ? Backslash::escape : Backslash::ordinary;
}

/// For SQLite, whose operators are a fixed list, and for `::` and `:=` of PostgreSQL, as `:` is none of its operator
/// characters. A longer one stands before its beginning.
constexpr std::array<std::string_view, 12> two_or_three_symbols = {"->>", "->", "||", "<=", ">=", "<>",
                                                                   "!=",  "==", "<<", ">>", "::", ":="};

}  // namespace

bool is_word(std::string_view text, std::string_view upper) noexcept {
    return text.size() == upper.size() &&
           std::equal(text.begin(), text.end(), upper.begin(), [](char a, char b) { return to_upper(a) == b; });
}

bool mentions(std::string_view text, std::string_view upper) noexcept {
    const auto same = [](char a, char b) { return to_upper(a) == b; };
    return std::search(text.begin(), text.end(), upper.begin(), upper.end(), same) != text.end();
}

std::size_t line_comment_end(std::string_view text, std::size_t begin, Dialect dialect) noexcept {
    const auto* const line_ends = dialect == Dialect::postgresql ? "\n\r" : "\n";
    return std::min(text.find_first_of(line_ends, begin), text.size());
}

SqlScanner::SqlScanner(std::string_view text, Dialect dialect, Backslash backslash)
    : text_(text), dialect_(dialect), session_backslash_(backslash), backslash_(backslash) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
}

SqlToken SqlScanner::next() {
    SqlToken token;
    // The `;` before was COPY's: what follows is data, and cutting it into tokens could find quotes that never close.
    if (copy_data_follows_) {
        copy_data_follows_ = false;
        if (scan_copy_data(token)) return token;
    }
    skip_blanks();
    if (at_ >= text_.size()) return {Kind::end, text_.size(), text_.size()};
    token = scan();
    if (is_postgresql()) {
        watch_postgresql(token);
    } else {
        watch_sqlite(token);
    }
    return token;
}

void SqlScanner::skip_blanks() {
    while (at_ < text_.size()) {
        // The line of the COPY is used up; its data was handed out as a token already.
        if (at_ == copy_line_end_ && copy_data_end_ > at_) {
            at_ = copy_data_end_;
        } else if (is_blank(text_[at_])) {
            ++at_;
        } else if (!skip_comment()) {
            return;
        }
    }
}

bool SqlScanner::skip_comment() {
    if (at(at_) == '-' && at(at_ + 1) == '-') {
        if (line_comments_ != nullptr) line_comments_->push_back(at_);
        at_ = line_comment_end(text_, at_, dialect_);
        return true;
    }
    if (at(at_) == '/' && at(at_ + 1) == '*') {
        skip_block_comment();
        return true;
    }
    return false;
}

/// PostgreSQL's block comments nest, SQLite's do not.
void SqlScanner::skip_block_comment() {
    std::size_t depth = 1;
    const auto begin = at_;
    at_ += 2;
    while (depth > 0) {
        // A comment that begins on the line of a COPY and goes on behind its data: psql reads the data in between, so
        // the comment has none of it.
        const bool before_data = at_ <= copy_line_end_ && copy_data_end_ > copy_line_end_;
        at_ = text_.find_first_of("*/", at_);
        if (before_data && at_ > copy_line_end_) {
            at_ = copy_data_end_;
            continue;
        }
        if (at_ >= text_.size()) {
            at_ = text_.size();
            ends_open_ = ends_in_comment_ = true;
            open_at_ = begin;
            return;
        }
        if (text_[at_] == '*' && at(at_ + 1) == '/') {
            --depth;
            at_ += 2;
        } else if (is_postgresql() && text_[at_] == '/' && at(at_ + 1) == '*') {
            ++depth;
            at_ += 2;
        } else {
            ++at_;
        }
    }
}

SqlToken SqlScanner::scan() {
    const char c = text_[at_];
    if (is_name_start(c)) return scan_word();
    if (is_digit(c) || (c == '.' && is_digit(at(at_ + 1)))) return scan_number();
    // Names before symbols: E'...' and U&"..." begin with a letter and are handled where words are.
    if (c == '\'') return scan_quoted(Kind::string, at_, at_, backslash_ == Backslash::escape);
    if (c == '"') return scan_quoted(Kind::quoted_name, at_, at_, false);
    if (!is_postgresql() && c == '`') return scan_quoted(Kind::quoted_name, at_, at_, false);
    if (!is_postgresql() && c == '[') return scan_bracket_name();
    if (is_postgresql() && c == '$') {
        SqlToken token;
        if (scan_dollar_quote(token)) return token;
    }
    return scan_symbol();
}

SqlToken SqlScanner::scan_word() {
    const std::size_t begin = at_;
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_name_part(text_[end])) ++end;
    const std::string_view word = text_.substr(begin, end - begin);
    const char c = to_upper(word.front());

    // Without a blank between them: `e 'x'` is a name and a string.
    if (at(end) == '\'' && word.size() == 1) {
        if (is_postgresql() && c == 'E') return scan_quoted(Kind::string, begin, end, true);
        // Hexadecimal and bit strings have no escapes.
        if (c == 'X' || (is_postgresql() && c == 'B')) return scan_quoted(Kind::string, begin, end, false);
        // The server reads the N as a word and what is behind it as an ordinary string.
        if (is_postgresql() && c == 'N') return scan_quoted(Kind::string, begin, end, backslash_ == Backslash::escape);
    }
    if (is_postgresql() && at(end) == '&' && word.size() == 1 && c == 'U') {
        // The server refuses U&'...' where standard_conforming_strings is off; where it ends does not matter then.
        if (at(end + 1) == '\'') return scan_quoted(Kind::string, begin, end + 1, false);
        if (at(end + 1) == '"') return scan_quoted(Kind::quoted_name, begin, end + 1, false);
    }
    return take(Kind::word, begin, end);
}

SqlToken SqlScanner::scan_number() {
    const std::size_t begin = at_;
    std::size_t end = at_ + 1;
    for (; end < text_.size(); ++end) {
        const char c = text_[end];
        // `0xE+1` is a sum, as the E is a digit there.
        const bool exponent_sign = (c == '+' || c == '-') && to_upper(text_[end - 1]) == 'E' && is_digit(at(end + 1)) &&
                                   to_upper(at(begin + 1)) != 'X';
        const bool range = c == '.' && at(end + 1) == '.';  // 1..10 in a PL/pgSQL loop
        if (range || !(is_tag_part(c) || c == '.' || exponent_sign)) break;
    }
    return take(Kind::number, begin, end);
}

/// quote: the offset of the opening quote.
SqlToken SqlScanner::scan_quoted(Kind kind, std::size_t begin, std::size_t quote, bool backslashes) {
    const auto closing = find_closing_quote(text_, quote, backslashes);
    return closing == std::string_view::npos ? take_rest(kind, begin) : take(kind, begin, closing + 1);
}

SqlToken SqlScanner::scan_bracket_name() {
    // SQLite knows no way to write a `]` inside.
    const auto closing = text_.find(']', at_);
    if (closing == std::string_view::npos) return take_rest(Kind::quoted_name, at_);
    return take(Kind::quoted_name, at_, closing + 1);
}

bool SqlScanner::scan_dollar_quote(SqlToken& token) {
    const auto tag_end = dollar_tag_end(text_, at_);
    if (tag_end == std::string_view::npos) return false;
    const std::string_view tag = text_.substr(at_, tag_end - at_);
    // The whole tag: within $a$ a $b$ is text.
    const auto closing = text_.find(tag, tag_end);
    token = closing == std::string_view::npos ? take_rest(Kind::string, at_)
                                              : take(Kind::string, at_, closing + tag.size());
    return true;
}

SqlToken SqlScanner::scan_symbol() {
    const std::size_t begin = at_;
    if (text_[begin] == '$') {  // $1
        std::size_t end = begin + 1;
        while (end < text_.size() && is_digit(text_[end])) ++end;
        return take(Kind::symbol, begin, end);
    }
    if (stands_alone(text_[begin])) return take(Kind::symbol, begin, begin + 1);
    if (is_postgresql() && is_operator(text_[begin])) return take(Kind::symbol, begin, operator_end());
    for (const std::string_view symbol : two_or_three_symbols)
        if (text_.substr(begin).starts_with(symbol)) return take(Kind::symbol, begin, begin + symbol.size());
    return take(Kind::symbol, begin, begin + 1);
}

/// PostgreSQL: the longest run of operator characters without a comment in it; it ends in + or - only if it holds a
/// character that no standard operator has.
std::size_t SqlScanner::operator_end() const {
    std::size_t end = at_;
    bool special = false;
    for (; is_operator(at(end)); ++end) {
        // `a <--b` is `a <` and a comment, as in scan.l.
        const bool comment = (at(end) == '-' && at(end + 1) == '-') || (at(end) == '/' && at(end + 1) == '*');
        if (comment) break;
        special = special || std::string_view("~!@#%^&|`?").find(text_[end]) != std::string_view::npos;
    }
    // So that `a=-1` needs no blank: the `-` is then an operator of its own. Source: PostgreSQL's manual, "Operators"
    // under "Lexical Structure".
    while (!special && end > at_ + 1 && (text_[end - 1] == '+' || text_[end - 1] == '-')) --end;
    return end;
}

/// As psql takes it: inline data starts on the line behind COPY's, and what else stands on COPY's line runs after it,
/// where another COPY may find its own data behind the first one's. False if that other SQL goes on behind the data.
bool SqlScanner::scan_copy_data(SqlToken& token) {
    const bool is_first = at_ > copy_line_end_ || copy_data_end_ <= copy_line_end_;
    const auto line_end = is_first ? text_.find('\n', at_) : copy_line_end_;
    if (line_end == std::string_view::npos) return false;
    if (is_first && !ends_on_its_line(text_.substr(at_, line_end - at_))) return false;

    const std::size_t begin = is_first ? line_end + 1 : std::min(copy_data_end_ + 1, text_.size());
    copy_line_end_ = line_end;
    copy_data_end_ = text_.size();
    token = {Kind::copy_data, begin, text_.size()};
    for (std::size_t line = begin; line < text_.size();) {
        const std::size_t end = std::min(text_.find('\n', line), text_.size());
        const std::string_view content = text_.substr(line, end - line);
        if (content == "\\." || content == "\\.\r") {
            copy_data_end_ = end;
            token.end = line;
            break;
        }
        line = end + 1;
    }
    return true;
}

/// Whether what stands behind COPY's `;` are comments, or statements with their own `;`. A comment may go on behind the
/// data.
bool SqlScanner::ends_on_its_line(std::string_view rest_of_line) const {
    SqlScanner scanner(rest_of_line, dialect_, backslash_);
    bool is_complete = true;
    for (auto token = scanner.next(); token.kind != Kind::end; token = scanner.next())
        is_complete = token.kind == Kind::terminator;
    return is_complete;
}

void SqlScanner::watch_postgresql(SqlToken& token) {
    StatementState& state = statement_;
    const std::string_view text = text_of(token);
    // Both flags are of the token before this one, so they are taken back whatever this one is.
    const bool after_begin = std::exchange(state.after_begin, false);
    const bool after_from = std::exchange(state.after_from, false);
    const bool first = !std::exchange(state.started, true);
    if (first) state.begin = token.begin;

    if (token.kind == Kind::symbol && text == "(") {
        ++state.parentheses;
    } else if (token.kind == Kind::symbol && text == ")") {
        if (state.parentheses > 0) --state.parentheses;
    } else if (token.kind == Kind::symbol && text == ";" && state.parentheses == 0 && state.blocks == 0) {
        // The rules that end a statement; a `;` in parentheses is that of CREATE RULE ... DO (...; ...).
        token.kind = Kind::terminator;
        copy_data_follows_ = state.reads_stdin;
        // Statement by statement, not once for the text: whoever reads only its beginning pays only for that.
        const auto statement = text_.substr(state.begin, token.begin - state.begin);
        // Mostly neither: then the statement is not read a second time.
        if (backslash_ != session_backslash_ || mentions(statement, backslash_setting)) watch_setting(statement);
        statement_ = {};
    } else if (token.kind == Kind::word) {
        if (first) state.is_copy = is_word(text, "COPY");
        if (state.is_copy && after_from && is_word(text, "STDIN")) state.reads_stdin = true;
        // A function's body in the style of the SQL standard; a plain BEGIN is a transaction's.
        if (after_begin && is_word(text, "ATOMIC") && state.blocks == 0) state.blocks = 1;
        watch_word(text);
    }
}

/// Follows what a statement says about standard_conforming_strings, for the strings behind it. What a function does
/// cannot be seen here: the driver asks the session.
void SqlScanner::watch_setting(std::string_view statement) {
    SqlScanner scanner(statement, dialect_, backslash_);
    const auto is_setting = [&](const SqlToken& token) {
        return is_word(quoted_content(scanner.text_of(token), dialect_), backslash_setting);
    };
    auto token = scanner.next();
    const auto verb = scanner.text_of(token);
    const bool resets = is_word(verb, "RESET") || is_word(verb, "DISCARD");
    if (!resets && !is_word(verb, "SET") && !mentions(statement, "SET_CONFIG")) return;
    enum class Place { elsewhere, behind_name, at_value } place = Place::elsewhere;
    for (; token.kind != Kind::end; token = scanner.next()) {
        const auto text = scanner.text_of(token);
        // RESET ALL and DISCARD ALL; the server resets to what the session started with.
        if (resets && (is_word(text, "ALL") || is_setting(token))) backslash_ = session_backslash_;
        if (place == Place::at_value) backslash_ = backslash_for(quoted_content(text, dialect_), session_backslash_);
        // `SET name = value`, `SET name TO value` and `set_config('name', 'value', ...)`.
        const bool separates = text == "=" || text == "," || is_word(text, "TO");
        place = place == Place::behind_name && separates ? Place::at_value
                : is_setting(token)                      ? Place::behind_name
                                                         : Place::elsewhere;
    }
}

/// As psql does: CREATE [OR REPLACE] FUNCTION|PROCEDURE may hold a body whose statements end in `;`.
void SqlScanner::watch_word(std::string_view word) {
    StatementState& state = statement_;
    // Arguments of a function may be called begin or end.
    if (state.parentheses > 0) return;
    if (state.is_copy) {
        state.after_from = is_word(word, "FROM");
        return;
    }
    // Four words decide, and no more are looked at: psql does so, too.
    if (state.opening.size() < 4) {
        const bool known = is_word(word, "CREATE") || is_word(word, "OR") || is_word(word, "REPLACE") ||
                           is_word(word, "FUNCTION") || is_word(word, "PROCEDURE");
        state.opening += known ? to_upper(word.front()) : '-';
    }
    const std::string_view opening = state.opening;
    const bool is_function =
        opening.starts_with("CF") || opening.starts_with("CP") || opening == "CORF" || opening == "CORP";
    if (!is_function) return;
    if (state.blocks == 0) {
        state.after_begin = is_word(word, "BEGIN");
    } else if (is_word(word, "CASE")) {
        // A CASE has an END of its own within the body.
        ++state.blocks;
    } else if (is_word(word, "END")) {
        --state.blocks;
    }
}

void SqlScanner::watch_sqlite(SqlToken& token) {
    using State = TriggerState;
    const std::string_view text = text_of(token);
    const bool semicolon = token.kind == Kind::symbol && text == ";";
    const auto word = [&](std::string_view upper) { return token.kind == Kind::word && is_word(text, upper); };

    // A trigger's body ends with `;` END `;` and with nothing else: an END that is not behind a `;` is that of a CASE.
    switch (trigger_) {
        case State::start:
            if (!semicolon)
                trigger_ = word("EXPLAIN") ? State::explain : word("CREATE") ? State::create : State::normal;
            break;
        case State::explain:
            if (word("CREATE")) {
                trigger_ = State::create;
            } else if (!word("QUERY") && !word("PLAN")) {
                trigger_ = State::normal;
            }
            break;
        case State::create:
            if (word("TRIGGER")) {
                trigger_ = State::trigger;
            } else if (!word("TEMP") && !word("TEMPORARY")) {
                trigger_ = State::normal;
            }
            break;
        case State::normal:
            break;
        // `return` and not `break` from here: a `;` within the body is no terminator.
        case State::trigger:
            if (semicolon) trigger_ = State::semicolon;
            return;
        case State::semicolon:
            if (!semicolon) trigger_ = word("END") ? State::end : State::trigger;
            return;
        case State::end:
            if (!semicolon) trigger_ = State::trigger;
            break;
    }
    if (semicolon) {
        token.kind = Kind::terminator;
        trigger_ = State::start;
    }
}

}  // namespace rev::sql
