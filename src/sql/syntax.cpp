#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/utf8.hpp"
#include "sql/parsed_split.hpp"
#include "sql/sql_cursor.hpp"
#include "sql/statements.hpp"

namespace rev::sql {
namespace {

/// Words of PostgreSQL's grammar that are newer than libpg_query 15. Source: the release notes of PostgreSQL 16 to 18.
/// Many of them were words before, too, with other meanings; that is harmless, as the question is asked only of text
/// that did not parse.
constexpr std::array<std::string_view, 20> newer_words = {
    "JSON_ARRAY",  "JSON_ARRAYAGG", "JSON_OBJECT", "JSON_OBJECTAGG", "SYSTEM_USER", "INHERIT",    "STORAGE",
    "JSON_EXISTS", "JSON_QUERY",    "JSON_SCALAR", "JSON_SERIALIZE", "JSON_TABLE",  "JSON_VALUE", "EXPRESSION",
    "SPLIT",       "ENFORCED",      "OVERLAPS",    "PERIOD",         "VIRTUAL",     "WITHOUT"};

/// Whether a newer word stands where the parser gave up, or just before.
bool has_newer_word_at(std::string_view statement, std::size_t offset) {
    bool is_before = false;
    for (SqlCursor cursor(statement, Dialect::postgresql); !cursor.at_end(); cursor.advance()) {
        const bool is_newer =
            std::ranges::any_of(newer_words, [&](std::string_view word) { return cursor.at_word(word); });
        const auto end = cursor.offset() + cursor.text().size();
        if (end > offset) return is_newer || is_before || cursor.at_word("JSON");
        is_before = is_newer;
    }
    return is_before;
}

/// What a newer server takes: MERGE with more clauses, 1_000 and 0xff, a subquery without an alias.
bool may_be_newer(const Statement& statement, std::string_view message, std::size_t offset) {
    // "trailing junk after numeric literal" is what 15 says of 1_000.
    return statement.facts.verb == Verb::merge || message.starts_with("trailing junk") ||
           message.find("must have an alias") != std::string_view::npos || has_newer_word_at(statement.text, offset);
}

/// The parser counts characters from 1; 0: it does not know.
std::size_t byte_offset(std::string_view text, int character) {
    return character > 0 ? base::offset_of_character(text, static_cast<std::size_t>(character) - 1) : 0;
}

}  // namespace

std::optional<SyntaxError> find_syntax_error(const Statement& statement) {
    // The parser reads a backslash in one way only, and a parse tree of a longer text would take too much memory.
    constexpr std::size_t longest = 1024UL * 1024;
    if (statement.backslash == Backslash::escape || statement.text.size() > longest) return std::nullopt;
    const std::string text(statement.text);
    if (text.find('\0') != std::string::npos) return std::nullopt;
    const SplitResult result = split_by_parser(text);
    if (result->error == nullptr) return std::nullopt;
    const auto offset = byte_offset(text, result->error->cursorpos);
    const std::string message = result->error->message;
    return SyntaxError{message, offset, may_be_newer(statement, message, offset)};
}

}  // namespace rev::sql
