#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "rev/statements.hpp"
#include "script/sql_cursor.hpp"

namespace rev {
namespace {

/// A plain name in small letters, one in quotes without them: `app."Account"` -> app.Account
std::string folded(std::string_view name) {
    std::string result;
    char closing = '\0';
    for (const char c : name) {
        if (closing != '\0') {
            if (c == closing)
                closing = '\0';
            else
                result += c;
        } else if (c == '"' || c == '`' || c == '[') {
            closing = c == '[' ? ']' : c;
        } else {
            result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    return result;
}

/// The part after the schema.
std::string relation_name(std::string_view name) {
    const auto whole = folded(name);
    const auto dot = whole.rfind('.');
    return dot == std::string::npos ? whole : whole.substr(dot + 1);
}

void add_once(std::vector<std::string>& names, std::string name) {
    const auto is_same = [&](const std::string& other) { return folded(other) == folded(name); };
    if (!name.empty() && std::ranges::none_of(names, is_same)) names.push_back(std::move(name));
}

void add_names(SqlCursor& cursor, std::vector<std::string>& names) {
    do {
        cursor.accept("ONLY");
        if (cursor.at_end()) return;
        add_once(names, cursor.take_name());
        cursor.accept_symbol("*");
    } while (cursor.accept_symbol(","));
}

void read_drop(SqlCursor cursor, DroppedRelations& dropped) {
    const bool schema = cursor.accept("SCHEMA");
    if (!schema && !cursor.accept("TABLE")) return;
    cursor.accept({"IF", "EXISTS"});
    std::vector<std::string> names;
    add_names(cursor, names);
    if (schema && !cursor.at_word("CASCADE")) return;  // PostgreSQL drops an empty schema only
    for (auto& name : names) add_once(schema ? dropped.schemas : dropped.tables, std::move(name));
}

void read_truncate(SqlCursor cursor, DroppedRelations& dropped) {
    cursor.accept("TABLE");
    add_names(cursor, dropped.tables);
}

/// ALTER TABLE x RENAME TO y: what y held before was copied to x, or the section would not do this.
void read_rename(SqlCursor cursor, DroppedRelations& dropped) {
    if (!cursor.accept("TABLE")) return;
    cursor.accept({"IF", "EXISTS"});
    cursor.accept("ONLY");
    cursor.skip_name();
    if (!cursor.accept({"RENAME", "TO"}) || cursor.at_end()) return;
    const auto replaced = relation_name(cursor.take_name());
    std::erase_if(dropped.tables, [&](const std::string& table) { return relation_name(table) == replaced; });
}

}  // namespace

DroppedRelations dropped_relations(std::span<const Statement> statements, Dialect dialect) {
    DroppedRelations dropped;
    for (const auto& statement : statements) {
        SqlCursor cursor(statement.text, dialect);
        if (cursor.accept("DROP"))
            read_drop(cursor, dropped);
        else if (cursor.accept("TRUNCATE") && dialect == Dialect::postgresql)
            read_truncate(cursor, dropped);
        else if (cursor.accept("ALTER"))
            read_rename(cursor, dropped);
    }
    return dropped;
}

}  // namespace rev
