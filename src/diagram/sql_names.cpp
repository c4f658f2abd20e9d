#include "diagram/sql_names.hpp"

#include "base/text.hpp"
#include "sql/sql_scanner.hpp"

namespace rev::diagram {
namespace {

struct Word {
    sql::SqlToken::Kind kind;
    std::string text;  ///< as written
    std::size_t begin = 0;
    std::size_t end = 0;
};

std::vector<Word> words_of(std::string_view sql, Dialect dialect) {
    std::vector<Word> words;
    sql::SqlScanner scanner(sql, dialect);
    for (auto token = scanner.next(); token.kind != sql::SqlToken::Kind::end; token = scanner.next())
        words.push_back({token.kind, std::string(scanner.text_of(token)), token.begin, token.end});
    return words;
}

bool is_name(const Word& word) {
    return word.kind == sql::SqlToken::Kind::word || word.kind == sql::SqlToken::Kind::quoted_name;
}

/// Without its quotes.
std::string plain(const Word& word) {
    if (word.kind != sql::SqlToken::Kind::quoted_name || word.text.size() < 2) return word.text;
    const char quote = word.text.front();
    std::string name;
    for (std::size_t i = 1; i + 1 < word.text.size(); ++i) {
        name += word.text[i];
        if (quote != '[' && word.text[i] == quote) ++i;
    }
    return name;
}

/// From the `(` at `at` on; `at` is behind the `)` then.
std::vector<std::string> names_from(const std::vector<Word>& words, std::size_t& at) {
    std::vector<std::string> names;
    int depth = 0;
    for (; at < words.size(); ++at) {
        if (words[at].text == "(") ++depth;
        if (words[at].text == ")" && --depth == 0) {
            ++at;
            break;
        }
        const bool begins = at > 0 && (words[at - 1].text == "(" || words[at - 1].text == ",");
        if (depth == 1 && begins && is_name(words[at])) names.push_back(plain(words[at]));
    }
    return names;
}

std::size_t find_word(const std::vector<Word>& words, std::string_view wanted) {
    std::size_t at = 0;
    while (at < words.size() && base::lower_case(words[at].text) != wanted) ++at;
    return at;
}

}  // namespace

KeyText read_foreign_key(std::string_view definition, Dialect dialect) {
    const auto words = words_of(definition, dialect);
    KeyText key;
    auto at = find_word(words, "foreign");
    if (at < words.size()) {
        at += 2;
        if (at < words.size() && words[at].text == "(") key.columns = names_from(words, at);
    }
    at = find_word(words, "references") + 1;
    while (at < words.size() && is_name(words[at])) {
        key.table.push_back(plain(words[at++]));
        if (at >= words.size() || words[at].text != ".") break;
        ++at;
    }
    if (at < words.size() && words[at].text == "(") key.to_columns = names_from(words, at);
    return key;
}

std::vector<std::string> names_in_parentheses(std::string_view definition, Dialect dialect) {
    const auto words = words_of(definition, dialect);
    std::size_t at = 0;
    while (at < words.size() && words[at].text != "(") ++at;
    return names_from(words, at);
}

std::vector<std::pair<std::string, std::string>> read_column_list(std::string_view list) {
    const auto words = words_of(list, Dialect::postgresql);
    std::vector<std::pair<std::string, std::string>> columns;
    for (std::size_t at = 0; at < words.size();) {
        const auto name = at++;
        const auto first = at;
        for (int depth = 0; at < words.size() && (depth > 0 || words[at].text != ","); ++at)
            depth += words[at].text == "(" ? 1 : words[at].text == ")" ? -1 : 0;
        auto last = at;
        // A number behind the type is the collation's.
        if (last > first + 1 && words[last - 1].kind == sql::SqlToken::Kind::number) --last;
        const auto type = last > first ? list.substr(words[first].begin, words[last - 1].end - words[first].begin)
                                       : std::string_view();
        columns.emplace_back(plain(words[name]), std::string(type));
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
    const auto words = words_of(type, Dialect::postgresql);
    bool is_next_part = true;
    int depth = 0;
    for (const auto& word : words) {
        if (word.text == "(") ++depth;
        if (depth > 0) {
            if (word.text == ")") --depth;
            continue;
        }
        if (word.text == ".") {
            is_next_part = true;
        } else if (is_next_part) {
            read.name.push_back(plain(word));
            is_next_part = false;
        } else {
            read.name.back() += " " + plain(word);
        }
    }
    return read;
}

}  // namespace rev::diagram
