#include "diagram/sql_names.hpp"

#include "sql/token_text.hpp"

namespace rev::diagram {
namespace {

using sql::TokenText;

/// A word or a quoted name; a string is none where the engine itself has written the text.
bool is_written_name(const TokenText& text, std::size_t token) { return text.is_name(token) && !text.is_string(token); }

/// From the `(` at `at` on; `at` is behind the `)` then.
std::vector<std::string> names_from(const TokenText& text, std::size_t& at) {
    std::vector<std::string> names;
    int depth = 0;
    for (; at < text.tokens.size(); ++at) {
        if (text.is(at, "(")) ++depth;
        if (text.is(at, ")") && --depth == 0) {
            ++at;
            break;
        }
        // Behind a name may stand COLLATE, DESC or an operator class: only the first word of an item is one, and it is
        // none if a function's arguments follow.
        const bool begins = at > 0 && (text.is(at - 1, "(") || text.is(at - 1, ","));
        const bool is_called = at + 1 < text.tokens.size() && text.is(at + 1, "(");
        if (depth == 1 && begins && !is_called && is_written_name(text, at)) names.push_back(text.name(at));
    }
    return names;
}

std::size_t find_token(const TokenText& text, std::string_view upper) {
    std::size_t at = 0;
    while (at < text.tokens.size() && !text.is(at, upper)) ++at;
    return at;
}

}  // namespace

KeyText read_foreign_key(std::string_view definition, Dialect dialect) {
    const auto text = sql::tokens_of(definition, dialect);
    KeyText key;
    // SQLite's key of one column has no such word: its definition begins with REFERENCES.
    auto at = find_token(text, "FOREIGN");
    if (text.is(at + 2, "(")) {
        at += 2;
        key.columns = names_from(text, at);
    }
    at = find_token(text, "REFERENCES") + 1;
    while (is_written_name(text, at)) {
        key.table.push_back(text.name(at++));
        if (!text.is(at, ".")) break;
        ++at;
    }
    if (text.is(at, "(")) key.to_columns = names_from(text, at);
    return key;
}

std::vector<std::string> names_in_parentheses(std::string_view definition, Dialect dialect) {
    const auto text = sql::tokens_of(definition, dialect);
    auto at = find_token(text, "(");
    return names_from(text, at);
}

std::vector<std::pair<std::string, std::string>> read_column_list(std::string_view list) {
    const auto text = sql::tokens_of(list, Dialect::postgresql);
    std::vector<std::pair<std::string, std::string>> columns;
    for (std::size_t at = 0; at < text.tokens.size();) {
        const auto name = at++;
        const auto first = at;
        // The comma of numeric(10,2) ends no column.
        for (int depth = 0; at < text.tokens.size() && (depth > 0 || !text.is(at, ",")); ++at)
            depth += text.is(at, "(") ? 1 : text.is(at, ")") ? -1 : 0;
        auto last = at;
        // A number behind the type is the collation's.
        if (last > first + 1 && text.tokens[last - 1].kind == sql::SqlToken::Kind::number) --last;
        columns.emplace_back(text.name(name), text.text({first, last}));
        ++at;  // the comma
    }
    return columns;
}

TypeText read_type(std::string_view type) {
    TypeText read;
    while (type.ends_with("[]")) {
        read.is_array = true;
        type.remove_suffix(2);
    }
    const auto text = sql::tokens_of(type, Dialect::postgresql);
    bool is_next_part = true;
    int depth = 0;
    for (std::size_t token = 0; token < text.tokens.size(); ++token) {
        if (text.is(token, "(")) ++depth;
        if (depth > 0) {
            if (text.is(token, ")")) --depth;
            continue;
        }
        if (text.is(token, ".")) {
            is_next_part = true;
        } else if (is_next_part) {
            read.name.push_back(text.name(token));
            is_next_part = false;
        } else {
            read.name.back() += " " + text.name(token);
        }
    }
    return read;
}

}  // namespace rev::diagram
