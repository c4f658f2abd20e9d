// Which settings of its own (app.tenant) a section may set. PostgreSQL lists no such setting in pg_settings, so to keep
// their values their names must be known, and those stand in the SQL or in bodies of functions that it calls. A name
// too many costs a question, one too few loses a setting.

#include "run/named_settings.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "sql/literals.hpp"
#include "sql/sql_scanner.hpp"

namespace rev::run {
namespace {

using TokenKind = sql::SqlToken::Kind;

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

/// What stands between the quotes of a string or a name. Doubled ones stay doubled: no name of a setting has any.
std::string_view content_of(std::string_view token) { return sql::quoted_content(token, Dialect::postgresql); }

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
    /// Whether a name was to be read that is worked out.
    [[nodiscard]] bool works_out() const noexcept { return works_out_; }

private:
    void read_statement(std::string_view statement);
    void read_calls(std::string_view statement);
    void read_dynamic_set(std::string_view statement);
    void read_string(std::string_view content, bool calls);

    NamedSettings found_;
    bool works_out_ = false;
    bool executes_ = false;     ///< what is read has EXECUTE
    bool is_executed_ = false;  ///< what is read is a string of code that executes strings
};

/// The tokens of the arguments of a call, one list for each; scanner: behind the function's name.
std::vector<std::vector<std::string_view>> arguments_of(sql::SqlScanner scanner) {
    std::vector<std::vector<std::string_view>> arguments;
    int depth = 0;
    for (auto token = scanner.next(); token.kind != TokenKind::end; token = scanner.next()) {
        const auto text = scanner.text_of(token);
        if (text == ")" && --depth == 0) return arguments;
        if (depth == 0 && text != "(") return {};
        const bool begins_argument = depth == 0 || (depth == 1 && text == ",");
        if (begins_argument)
            arguments.emplace_back();
        else
            arguments.back().push_back(text);
        if (text == "(") ++depth;
    }
    return arguments;
}

/// Whether strings alone make it up: in one piece, by ||, by functions that put texts together.
bool is_of_strings(const std::vector<std::string_view>& tokens) {
    constexpr std::array<std::string_view, 9> harmless = {"concat", "concat_ws",  "format", "lower",  "upper",
                                                          "text",   "pg_catalog", "cast",   "varchar"};
    return std::ranges::all_of(tokens, [&](std::string_view token) {
        const bool is_string = token.find('\'') != std::string_view::npos || token.starts_with("$");
        const bool is_parameter = token.starts_with("$") && token.find('$', 1) == std::string_view::npos;
        const bool is_name = is_word_part(token.front()) || token.front() == '"';
        if (is_parameter) return false;
        return is_string || !is_name || std::ranges::find(harmless, base::lower_case(token)) != harmless.end();
    });
}

void Reader::read(std::string_view sql) {
    const bool outside = std::exchange(executes_, sql::mentions(sql, "EXECUTE"));
    sql::SqlScanner scanner(sql, Dialect::postgresql);
    std::size_t begin = 0;
    for (auto token = scanner.next(); token.kind != TokenKind::end; token = scanner.next()) {
        if (token.kind != TokenKind::terminator) continue;
        read_statement(sql.substr(begin, token.begin - begin));
        begin = token.end;
    }
    read_statement(sql.substr(begin));
    executes_ = outside;
}

/// set_config(NAME, value, is_local)
void Reader::read_calls(std::string_view statement) {
    sql::SqlScanner scanner(statement, Dialect::postgresql);
    for (auto token = scanner.next(); token.kind != TokenKind::end; token = scanner.next()) {
        const auto text = scanner.text_of(token);
        if (!base::same_name(text, "set_config") && text != "\"set_config\"") continue;
        const auto arguments = arguments_of(scanner);
        if (arguments.size() != 3) continue;
        const bool is_local = arguments[2].size() == 1 && sql::is_word(arguments[2][0], "TRUE");
        works_out_ = works_out_ || (!is_local && !is_of_strings(arguments[0]));
    }
}

/// 'SET ' || name, format('SET %I = ...', name)
void Reader::read_dynamic_set(std::string_view statement) {
    sql::SqlScanner scanner(statement, Dialect::postgresql);
    const auto is_name = [](const sql::SqlToken& token) {
        return token.kind == TokenKind::word || token.kind == TokenKind::quoted_name;
    };
    auto token = scanner.next();
    if (!sql::is_word(scanner.text_of(token), "SET")) return;
    token = scanner.next();
    if (sql::is_word(scanner.text_of(token), "LOCAL")) return;
    if (sql::is_word(scanner.text_of(token), "SESSION")) token = scanner.next();
    bool is_whole = is_name(token);
    for (token = scanner.next(); is_whole && scanner.text_of(token) == "."; token = scanner.next()) {
        token = scanner.next();
        is_whole = is_name(token);
    }
    works_out_ = works_out_ || !is_whole;
}

/// SET [SESSION | LOCAL] name, where each part of the name may be in quotes and comments may stand between.
void Reader::read_statement(std::string_view statement) {
    const bool calls = sql::mentions(statement, "SET_CONFIG");
    if (calls) read_calls(statement);
    if (is_executed_) read_dynamic_set(statement);
    bool behind_set = false;
    std::string name;
    sql::SqlScanner scanner(statement, Dialect::postgresql);
    for (auto token = scanner.next(); token.kind != TokenKind::end; token = scanner.next()) {
        const auto text = scanner.text_of(token);
        if (token.kind == TokenKind::string) read_string(content_of(text), calls);
        const bool is_name = token.kind == TokenKind::word || token.kind == TokenKind::quoted_name;
        // Names and dots take turns.
        const bool goes_on = name.empty() || name.back() == '.' ? is_name : text == ".";
        const bool is_set = token.kind == TokenKind::word && sql::is_word(text, "SET");
        const bool is_scope =
            token.kind == TokenKind::word && (sql::is_word(text, "SESSION") || sql::is_word(text, "LOCAL"));
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
    if (is_sql) {
        const bool outside = std::exchange(is_executed_, executes_);
        read(content);
        is_executed_ = outside;
    } else if (calls) {
        add_words(content, found_.pieces);
    }
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

namespace {

/// Functions of the database that may set something; what they run, with their names.
std::vector<SqlRow> setting_functions(Database& database) {
    // A body in SQL-standard form has no text of its own.
    return database.query(
        "SELECT f.source, f.proname, f.is_trigger FROM (SELECT p.oid, p.proname,"
        " p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype AS is_trigger, CASE WHEN p.prosrc = '' AND NOT EXISTS"
        " (SELECT FROM pg_catalog.pg_aggregate a WHERE a.aggfnoid = p.oid) THEN pg_catalog.pg_get_functiondef(p.oid)"
        " ELSE p.prosrc END AS source FROM pg_catalog.pg_proc p"
        " JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')) f"
        " WHERE f.source ~* '(set_config|\\yset\\s[^;]*[.]|execute.*\\yset\\s|\\yset\\s.*execute)' ORDER BY f.oid DESC "
        "LIMIT 1000");
}

/// Names of functions that call one of `names`, which are added to them.
void add_callers(Database& database, std::vector<std::string>& names) {
    constexpr std::string_view query =
        "SELECT DISTINCT p.proname FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND pg_catalog.strpos(p.prosrc, ?) > 0";
    for (std::size_t at = 0; at < names.size(); ++at) {
        const std::array<SqlValue, 1> called{names[at]};
        for (const auto& row : database.query(query, called))
            if (std::ranges::find(names, row[0].value_or("")) == names.end()) names.push_back(row[0].value_or(""));
    }
}

}  // namespace

NamedSettings named_settings(Database& database, std::string_view section) {
    Reader reader;
    reader.read(section);
    for (const auto& row : setting_functions(database)) reader.read(row.at(0).value_or(""));
    return reader.take();
}

bool works_out_names(std::string_view sql) {
    Reader reader;
    reader.read(sql);
    return reader.works_out();
}

bool works_out_names(Database& database, std::span<const Statement> statements) {
    std::string section;
    for (const auto& statement : statements) {
        if (statement.facts.set == sql::SetKind::all) section.clear();
        section.append(statement.text).append(";\n");
    }
    if (works_out_names(section)) return true;
    std::vector<std::string> names;
    for (const auto& row : setting_functions(database)) {
        if (!works_out_names(row[0].value_or(""))) continue;
        if (row[2] == "t" && !section.empty()) return true;
        names.push_back(row[1].value_or(""));
    }
    add_callers(database, names);
    return std::ranges::any_of(names, [&](const auto& name) { return section.find(name) != std::string::npos; });
}

}  // namespace rev::run
