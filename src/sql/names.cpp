#include "sql/names.hpp"

#include <algorithm>
#include <unordered_set>

#include "base/sql_quotes.hpp"
#include "base/text.hpp"
#include "sql/literals.hpp"
#include "sql/name_letters.hpp"
#include "sql/sql_scanner.hpp"

namespace rev::sql {
namespace {

/// Words that cannot stand for every name. Source: pg_get_keywords() of 13 to 18, all but the unreserved.
constexpr std::string_view postgresql_keywords =
    "all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case "
    "cast char character check coalesce collate collation column concurrently constraint create cross current_catalog "
    "current_date current_role current_schema current_time current_timestamp current_user dec decimal default "
    "deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant "
    "greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join "
    "json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize "
    "json_table json_value lateral leading least left like limit localtime localtimestamp merge_action national "
    "natural nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay "
    "placing position precision primary real references returning right row select session_user setof similar "
    "smallint some substring symmetric system_user table tablesample then time timestamp to trailing treat trim true "
    "union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat "
    "xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable";

/// Words that SQLite does not take for a name everywhere, or that older versions do not. Source: SQLite's list of
/// keywords.
constexpr std::string_view sqlite_keywords =
    "abort action add after all alter always analyze and as asc attach autoincrement before begin between by cascade "
    "case cast check collate column commit conflict constraint create cross current current_date current_time "
    "current_timestamp database default deferrable deferred delete desc detach distinct do drop each else end escape "
    "except exclude exclusive exists explain fail filter first following for foreign from full generated glob group "
    "groups having if ignore immediate in index indexed initially inner insert instead intersect into is isnull join "
    "key last left like limit match materialized natural no not nothing notnull null nulls of offset on or order "
    "others outer over partition plan pragma preceding primary query raise range recursive references regexp reindex "
    "release rename replace restrict returning right rollback row rows savepoint select set table temp temporary then "
    "ties to transaction trigger unbounded union unique update using vacuum values view virtual when where window "
    "with without";

using Words = std::unordered_set<std::string_view>;

Words separate(std::string_view words) {
    Words separated;
    while (!words.empty()) {
        const auto end = std::min(words.find(' '), words.size());
        separated.insert(words.substr(0, end));
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return separated;
}

bool is_keyword(std::string_view name, Dialect dialect) {
    static const Words of_postgresql = separate(postgresql_keywords);
    static const Words of_sqlite = separate(sqlite_keywords);
    if (dialect == Dialect::postgresql) return of_postgresql.contains(name);
    return of_sqlite.contains(base::lower_case(name));
}

bool begins_quoted_name(std::string_view written, Dialect dialect) {
    if (written.starts_with('"')) return true;
    if (dialect == Dialect::postgresql) return written.starts_with("U&\"") || written.starts_with("u&\"");
    // SQLite takes 'x' for a name where a name must stand.
    return written.starts_with('`') || written.starts_with('[') || written.starts_with('\'');
}

}  // namespace

std::string unquoted_name(std::string_view written, Dialect dialect) {
    if (begins_quoted_name(written, dialect)) return unquoted(written, dialect);
    return dialect == Dialect::postgresql ? base::lower_case(written) : std::string(written);
}

std::string folded_name(std::string_view written, Dialect dialect) {
    auto name = unquoted_name(written, dialect);
    return dialect == Dialect::sqlite ? base::lower_case(name) : name;
}

std::optional<std::vector<std::string>> name_parts(std::string_view written, Dialect dialect) {
    using Kind = SqlToken::Kind;
    SqlScanner scanner(written, dialect);
    std::vector<std::string> parts;
    for (bool is_part = true;; is_part = !is_part) {
        const auto token = scanner.next();
        const auto text = scanner.text_of(token);
        if (token.kind == Kind::end) return is_part ? std::nullopt : std::optional(std::move(parts));
        const bool is_text = token.kind == Kind::string;
        const bool can_be_name = is_text || token.kind == Kind::word || token.kind == Kind::quoted_name;
        if (is_part ? !can_be_name : text != ".") return std::nullopt;
        if (!is_part) continue;
        const bool is_label = is_text && dialect == Dialect::postgresql;
        parts.push_back(is_label ? unquoted(text, dialect) : folded_name(text, dialect));
    }
}

bool has_plain_letters(std::string_view name, Dialect dialect) noexcept {
    const auto is_plain = [&](char c) {
        // PostgreSQL folds capitals, and letters beyond ASCII by the database's encoding or not at all.
        return (c >= 'a' && c <= 'z') || (dialect == Dialect::sqlite && c >= 'A' && c <= 'Z') || c == '_' ||
               is_digit(c);
    };
    return !name.empty() && !is_digit(name.front()) && std::ranges::all_of(name, is_plain);
}

bool needs_quotes(std::string_view name, Dialect dialect) {
    return !has_plain_letters(name, dialect) || is_keyword(name, dialect);
}

std::string quoted_name(std::string_view name, Dialect dialect) {
    return needs_quotes(name, dialect) ? base::in_quotes(name, '"') : std::string(name);
}

}  // namespace rev::sql
