// Which settings of its own (app.tenant) a section may set. PostgreSQL lists no such setting in pg_settings, so to keep
// their values their names must be known, and those stand in the SQL or in bodies of functions that it calls. A name
// too many costs a question, one too few loses a setting.

#include "run/named_settings.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "sql/sql_scanner.hpp"

namespace rev {
namespace {

using TokenKind = SqlToken::Kind;

/// Pairs of pieces are asked for: their number must stay small.
constexpr std::size_t most_pieces = 100;

bool is_word_part(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// A word such as app, of which names of settings are made.
bool is_plain(std::string_view word) { return !word.empty() && std::ranges::all_of(word, is_word_part); }

/// app.tenant, or more parts.
bool is_dotted(std::string_view text) {
    const auto parts = static_cast<std::size_t>(std::ranges::count(text, '.')) + 1;
    std::size_t plain = 0;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find('.', begin), text.size());
        if (is_plain(text.substr(begin, end - begin))) ++plain;
        begin = end + 1;
    }
    return parts > 1 && plain == parts;
}

/// 'x', E'x', $tag$x$tag$, "x" -> x. Doubled quotes stay doubled: no name has any.
std::string_view content_of(std::string_view literal) {
    const auto opening = literal.find_first_of("'\"$");
    if (opening == std::string_view::npos) return literal;
    auto begin = opening + 1;
    // The tag ends with the next `$`; the same stands at the end.
    if (literal[opening] == '$') begin = std::min(literal.find('$', begin), literal.size() - 1) + 1;
    const auto length = begin - (literal[opening] == '$' ? 0 : opening);
    return literal.size() < begin + length ? literal.substr(begin)
                                           : literal.substr(begin, literal.size() - begin - length);
}

void add_words(std::string_view text, std::vector<std::string>& words) {
    for (std::size_t at = 0; at < text.size();) {
        auto end = at;
        while (end < text.size() && is_word_part(text[end])) ++end;
        if (end > at) words.emplace_back(text.substr(at, end - at));
        at = std::max(end, at + 1);
    }
}

class Reader {
public:
    void read(std::string_view sql);
    NamedSettings take();

private:
    void read_statement(std::string_view statement);
    void read_string(std::string_view content, bool calls);
    [[nodiscard]] static bool calls_set_config(std::string_view sql) {
        return lower_case(sql).find("set_config") != std::string::npos;
    }

    NamedSettings found_;
};

/// Terminators within quotes are none, so it is cut by tokens.
void Reader::read(std::string_view sql) {
    SqlScanner scanner(sql, Dialect::postgresql);
    std::size_t begin = 0;
    for (auto token = scanner.next(); token.kind != TokenKind::end; token = scanner.next()) {
        if (token.kind != TokenKind::terminator) continue;
        read_statement(sql.substr(begin, token.begin - begin));
        begin = token.end;
    }
    read_statement(sql.substr(begin));
}

/// SET [SESSION | LOCAL] name, where each part of the name may be in quotes and comments may stand between.
void Reader::read_statement(std::string_view statement) {
    const bool calls = calls_set_config(statement);
    bool behind_set = false;
    std::string name;
    SqlScanner scanner(statement, Dialect::postgresql);
    for (auto token = scanner.next(); token.kind != TokenKind::end; token = scanner.next()) {
        const auto text = scanner.text_of(token);
        if (token.kind == TokenKind::string) read_string(content_of(text), calls);
        const bool is_name = token.kind == TokenKind::word || token.kind == TokenKind::quoted_name;
        // Names and dots take turns.
        const bool goes_on = name.empty() || name.back() == '.' ? is_name : text == ".";
        const bool is_set = token.kind == TokenKind::word && is_word(text, "SET");
        const bool is_scope = token.kind == TokenKind::word && (is_word(text, "SESSION") || is_word(text, "LOCAL"));
        if (is_set || (behind_set && name.empty() && is_scope)) {
            behind_set = true;
            name.clear();
        } else if (behind_set && goes_on) {
            name += content_of(text);
            if (is_dotted(name)) found_.names.push_back(name);
        } else {
            behind_set = false;
            name.clear();
        }
    }
}

/// It may be a name, a piece of one, or SQL itself.
void Reader::read_string(std::string_view content, bool calls) {
    if (is_dotted(content)) found_.names.emplace_back(content);
    // A blank or a bracket makes it more than a name: EXECUTE '...' and bodies of functions.
    const bool is_sql = content.find_first_of(" \t\n(") != std::string_view::npos;
    if (is_sql)
        read(content);
    else if (calls)
        add_words(content, found_.pieces);
}

NamedSettings Reader::take() {
    for (auto* list : {&found_.names, &found_.pieces}) {
        std::ranges::sort(*list);
        list->erase(std::unique(list->begin(), list->end()), list->end());
    }
    // Each pair of pieces is a name: 100 make 10,000 questions.
    found_.pieces.resize(std::min(found_.pieces.size(), most_pieces));
    return std::move(found_);
}

}  // namespace

NamedSettings named_settings(std::string_view sql) {
    Reader reader;
    reader.read(sql);
    return reader.take();
}

NamedSettings named_settings(Database& database, std::string_view section) {
    Reader reader;
    reader.read(section);
    const auto bodies = database.query(
        "SELECT p.prosrc FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace"
        // Bodies that set nothing need not be read; `\y` is a word's boundary. The newest first, as far as oids tell.
        " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND p.prosrc ~* '(set_config|\\yset\\s[^;]*[.])'"
        " ORDER BY p.oid DESC LIMIT 1000");
    for (const auto& row : bodies) reader.read(row.at(0).value_or(""));
    return reader.take();
}

}  // namespace rev
