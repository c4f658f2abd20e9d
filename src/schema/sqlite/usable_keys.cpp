#include "schema/sqlite/usable_keys.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/text.hpp"

namespace rev::schema::sqlite {
namespace {

using Type = ConstraintDefinition::Type;
using Columns = std::set<std::string>;

/// Definitions by table, each read once.
class Definitions {
public:
    explicit Definitions(const SchemaView& view) : view_(view) {}

    /// nullptr: no such table, or one that could not be split.
    const TableDefinition* find(const std::string& folded) {
        const auto [found, is_new] = read_.try_emplace(folded);
        if (!is_new) return found->second ? &*found->second : nullptr;
        if (const auto* table = view_.table(folded)) found->second = table->definition();
        return found->second ? &*found->second : nullptr;
    }

private:
    const SchemaView& view_;
    std::map<std::string, std::optional<TableDefinition>> read_;
};

std::string collation_of(const TableDefinition& table, const std::string& column) {
    const auto* definition = table.find(column);
    const bool is_plain = definition == nullptr || definition->collation.empty();
    return is_plain ? "binary" : table.text.folded_name(definition->collation.first);
}

/// The columns of a unique index, if it has no condition and compares each as its table does; else none.
Columns unique_columns(const TableDefinition& table, const Fact& index) {
    if (!index.attributes.contains("unique") || index.attributes.contains("where")) return {};
    const auto columns = index.attributes.at("columns");
    const auto text = tokens_of(columns);
    Columns found;
    std::string column;
    for (std::size_t token = 1; token < text.tokens.size(); ++token) {
        if (text.is(token, ",") || text.is(token, ")")) {
            column.clear();
        } else if (text.is(token, "COLLATE")) {
            if (text.folded_name(++token) != collation_of(table, column)) return {};
        } else if (!text.is(token, "ASC") && !text.is(token, "DESC")) {
            // An expression has more than one token, or one that is no column.
            if (!column.empty() || !text.is_name(token)) return {};
            column = text.folded_name(token);
            if (table.find(column) == nullptr) return {};
            found.insert(column);
        }
    }
    return found;
}

/// COLLATE in the columns of a key that a table's own clause gives.
bool has_own_collation(const TableDefinition& table, const ConstraintDefinition& key) {
    return !key.column && has_name(table.text, key.text, "collate");
}

bool is_unique(const TableDefinition& parent, const TableView& view, const Columns& columns) {
    const auto is_it = [&](const ConstraintDefinition& key) {
        if (key.type != Type::primary_key && key.type != Type::unique) return false;
        const auto names = parent.columns_of(key);
        return Columns(names.begin(), names.end()) == columns && !has_own_collation(parent, key);
    };
    return std::ranges::any_of(parent.constraints, is_it) || std::ranges::any_of(view.indexes, [&](const Fact* index) {
               return unique_columns(parent, *index) == columns;
           });
}

bool is_usable(const SchemaView& view, Definitions& definitions, const TableDefinition& child,
               const ConstraintDefinition& key) {
    const auto name = child.text.folded_name(*key.parent);
    const auto* table = view.table(name);
    if (table == nullptr) return false;
    const auto* parent = definitions.find(name);
    if (parent == nullptr) return true;  // Nothing is known of it.
    Columns columns;
    for (const auto token : key.parent_columns) columns.insert(child.text.folded_name(token));
    if (!columns.empty()) return is_unique(*parent, *table, columns);
    const auto primary = std::ranges::find(parent->constraints, Type::primary_key, &ConstraintDefinition::type);
    return primary != parent->constraints.end() && parent->columns_of(*primary).size() == child.columns_of(key).size();
}

}  // namespace

bool has_unusable_key(const SchemaView& view) {
    Definitions definitions(view);
    for (const auto& [name, table] : view.tables) {
        const auto is_key = [](const Fact* fact) { return value_of(fact->attributes, "type") == "foreign key"; };
        if (std::ranges::none_of(table.constraints, is_key)) continue;
        const auto* child = definitions.find(name);
        if (child == nullptr) continue;
        for (const auto& constraint : child->constraints)
            if (constraint.parent && !is_usable(view, definitions, *child, constraint)) return true;
    }
    return false;
}

}  // namespace rev::schema::sqlite
