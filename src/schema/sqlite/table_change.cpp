#include "schema/sqlite/table_change.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace rev::schema::sqlite {
namespace {

using Way = TableChange::Way;

bool contains(const std::vector<const Fact*>& facts, const FactId& id) {
    return std::ranges::any_of(facts, [&](const Fact* fact) { return fact->id == id; });
}

bool has_column(const std::vector<const Fact*>& columns, const std::string& folded) {
    return std::ranges::any_of(columns, [&](const Fact* column) { return column->id.name.back() == folded; });
}

const Fact* find(const std::vector<const Fact*>& facts, const FactId& id) {
    const auto found = std::ranges::find_if(facts, [&](const Fact* fact) { return fact->id == id; });
    return found == facts.end() ? nullptr : *found;
}

/// Whether what is in `facts` is in `others` too, but for what stands in the definition of one of `columns`.
bool all_in(const std::vector<const Fact*>& facts, const std::vector<const Fact*>& others,
            const std::vector<const Fact*>& columns) {
    return std::ranges::all_of(facts, [&](const Fact* fact) {
        if (has_column(columns, value_of(fact->attributes, "column"))) return true;
        const auto* other = find(others, fact->id);
        return other != nullptr && *other == *fact;
    });
}

bool is_same(const Fact& column, const TableView& other) {
    const auto* there = other.column(column.id.name.back());
    return there != nullptr && *there == column;
}

std::vector<const Fact*> missing(const TableView& table, const TableView& other) {
    std::vector<const Fact*> columns;
    for (const auto* column : table.columns)
        if (!contains(other.columns, column->id)) columns.push_back(column);
    return columns;
}

/// What ALTER TABLE ADD COLUMN refuses: stored columns, keys, values that are not constant, and NOT NULL without one.
bool can_add(const TableView& to, const Fact& column, bool fills_in) {
    if (value_of(column.attributes, "storage") == "stored") return false;
    const auto default_value = value_of(column.notes, "default");
    const bool has_value = !default_value.empty() && value_of(column.attributes, "default") != "null";
    // With rows in the table SQLite refuses CURRENT_TIMESTAMP and expressions in parentheses; without, it takes them.
    if (!default_value.empty() && !is_constant(default_value)) return false;
    if (fills_in && needs_value(column, to)) return false;
    for (const auto* constraint : to.constraints) {
        if (value_of(constraint->attributes, "column") != column.id.name.back()) continue;
        const auto type = value_of(constraint->attributes, "type");
        if (type == "primary key" || type == "unique") return false;
        // With enforcement on, SQLite takes no such column with a value.
        if (type == "foreign key" && has_value) return false;
    }
    return true;
}

/// SQLite looks for the comma before a last column from its name backwards, in comments too.
bool has_misleading_comment(const TableDefinition& table, const Fact& column) {
    const auto* definition = table.find(column.id.name.back());
    if (definition == nullptr || definition->name_token == 0) return true;
    const auto comma = table.text.tokens[definition->name_token - 1];
    const auto name = table.text.tokens[definition->name_token];
    return table.text.sql.substr(comma.end, name.begin - comma.end).find(',') != std::string_view::npos;
}

/// Whether DROP COLUMN is exact: nothing that stays behind names the column.
bool can_drop(const TableDefinition& from, const Fact& column) {
    const auto& name = column.id.name.back();
    if (has_misleading_comment(from, column)) return false;
    for (const auto& constraint : from.constraints) {
        const bool is_own = constraint.column && base::lower_case(from.columns[*constraint.column].name) == name;
        const bool is_key = constraint.type == ConstraintDefinition::Type::primary_key ||
                            constraint.type == ConstraintDefinition::Type::unique;
        if (is_own && is_key) return false;
        if (!is_own && has_name(from.text, constraint.text, name)) return false;
    }
    return std::ranges::none_of(from.columns, [&](const ColumnDefinition& other) {
        return base::lower_case(other.name) != name && has_name(from.text, other.generated, name);
    });
}

bool can_alter(const TableView& from, const TableView& to, const TableChange& change,
               const std::set<std::string>& kept_indexes, bool fills_in) {
    // A table must keep a column that is not generated.
    const bool keeps_one = std::ranges::any_of(from.columns, [&](const Fact* column) {
        return !is_generated(*column) && !contains(change.dropped, column->id);
    });
    if (!keeps_one || !std::ranges::all_of(change.added, [&](auto* column) { return can_add(to, *column, fills_in); }))
        return false;
    if (change.dropped.empty()) return true;
    const auto definition = from.definition();
    return definition && std::ranges::all_of(change.dropped, [&](const Fact* column) {
               const auto is_in_the_way = [&](const Fact* index) {
                   const auto text = tokens_of(index->notes.at("sql"));
                   return kept_indexes.contains(index->id.name.front()) &&
                          has_name(text, text.all_from(0), column->id.name.back());
               };
               return can_drop(*definition, *column) && std::ranges::none_of(from.indexes, is_in_the_way);
           });
}

/// Whether nothing differs, the order of columns included: so it is with nearly all tables.
bool is_equal(const TableView& from, const TableView& to) {
    const auto is_same = [](const Fact* one, const Fact* other) { return *one == *other; };
    return *from.table == *to.table && std::ranges::equal(from.columns, to.columns, is_same) &&
           std::ranges::equal(from.constraints, to.constraints, is_same);
}

/// Whether nothing differs but the columns that are dropped and added.
bool is_unchanged(const TableView& from, const TableView& to, const TableChange& change) {
    if (from.table->attributes != to.table->attributes) return false;
    const auto is_same_there = [&](const Fact* column) {
        return contains(change.dropped, column->id) || is_same(*column, to);
    };
    return std::ranges::all_of(from.columns, is_same_there) &&
           all_in(from.constraints, to.constraints, change.dropped) &&
           all_in(to.constraints, from.constraints, change.added);
}

}  // namespace

TableChange change_of(const TableView& from, const TableView& to, const std::set<std::string>& kept_indexes,
                      bool fills_in) {
    TableChange change;
    if (is_equal(from, to)) return change;
    change.dropped = missing(from, to);
    change.added = missing(to, from);
    const bool is_whole = from.is_whole() || to.is_whole();
    const bool is_otherwise_unchanged = is_unchanged(from, to, change);
    if (is_otherwise_unchanged && change.dropped.empty() && change.added.empty()) return change;
    const bool alters = !is_whole && is_otherwise_unchanged && can_alter(from, to, change, kept_indexes, fills_in);
    change.way = alters ? Way::alter : Way::rebuild;
    return change;
}

bool is_constant(std::string_view default_value) {
    const auto text = tokens_of(default_value);
    auto [first, last] = text.all_from(0);
    while (last > first + 2 && text.is(first, "(") && text.is(last - 1, ")")) {
        ++first;
        --last;
    }
    const bool is_signed = text.is(first, "-") || text.is(first, "+");
    if (is_signed) ++first;
    if (last != first + 1) return false;
    if (text.tokens[first].kind == sql::SqlToken::Kind::number) return true;
    if (is_signed) return false;
    if (text.tokens[first].kind == sql::SqlToken::Kind::string) return true;
    for (const auto* word : {"CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"})
        if (text.is(first, word)) return false;
    // A bare word is a string, but not between parentheses.
    const bool is_literal = text.is(first, "NULL") || text.is(first, "TRUE") || text.is(first, "FALSE");
    return is_literal || (first == 0 && text.is_name(first));
}

bool takes_no_null(const Fact& column, const TableView& table) {
    if (column.attributes.contains("not_null")) return true;
    if (!table.table->attributes.contains("without_rowid") && !table.table->attributes.contains("strict")) return false;
    // The key of such a table takes no NULL; a rowid gets a number in its place.
    const auto definition = table.definition();
    if (!definition || definition->rowid_column() == column.id.name.back()) return false;
    return std::ranges::any_of(definition->constraints, [&](const ConstraintDefinition& constraint) {
        if (constraint.type != ConstraintDefinition::Type::primary_key) return false;
        const auto key = definition->columns_of(constraint);
        return std::ranges::find(key, column.id.name.back()) != key.end();
    });
}

bool needs_value(const Fact& column, const TableView& table) {
    if (is_generated(column)) return false;
    const auto default_value = value_of(column.attributes, "default");
    const bool has_value = !default_value.empty() && default_value != "null";
    return !has_value && takes_no_null(column, table);
}

}  // namespace rev::schema::sqlite
