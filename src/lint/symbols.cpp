#include "lint/symbols.hpp"

#include <algorithm>

namespace rev::lint {
namespace {

template <typename Map>
auto* find_in(Map& map, const typename Map::key_type& key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

/// The user's type of that name: in its schema, else in the search path.
template <typename Map>
auto* find_type(Map& map, const SqlType& type, const std::vector<std::string>& search_path) {
    if (!type.schema.empty()) return find_in(map, {type.schema, type.name});
    for (const auto& schema : search_path)
        if (auto* found = find_in(map, {schema, type.name})) return found;
    return find_in(map, {"public", type.name});
}

}  // namespace

std::string shown(const Name& name) { return name.schema == "public" ? name.name : name.schema + "." + name.name; }

Column* Relation::find_column(std::string_view column) {
    const auto found = std::ranges::find(columns, column, &Column::name);
    return found == columns.end() ? nullptr : &*found;
}

const Column* Relation::find_column(std::string_view column) const {
    const auto found = std::ranges::find(columns, column, &Column::name);
    return found == columns.end() ? nullptr : &*found;
}

Constraint* Relation::find_constraint(std::string_view constraint) {
    const auto found = std::ranges::find(constraints, constraint, &Constraint::name);
    return found == constraints.end() ? nullptr : &*found;
}

const Constraint* Relation::find_primary_key() const {
    const auto found = std::ranges::find(constraints, Constraint::Kind::primary_key, &Constraint::kind);
    return found == constraints.end() ? nullptr : &*found;
}

const Index* Relation::find_index(std::string_view index) const {
    const auto found = std::ranges::find(indexes, index, &Index::name);
    return found == indexes.end() ? nullptr : &*found;
}

/// As PostgreSQL asks it of a foreign key: the same columns in any order, and no predicate.
bool Relation::is_unique_on(std::vector<std::string> wanted) const {
    std::ranges::sort(wanted);
    return std::ranges::any_of(indexes, [&](const Index& index) {
        auto keys = index.columns;
        std::ranges::sort(keys);
        return index.is_unique && index.is_plain && keys == wanted;
    });
}

void Relation::drop_column(const std::string& column) {
    std::erase_if(columns, [&](const Column& each) { return each.name == column; });
    // PostgreSQL drops a constraint over several columns with any of them.
    std::erase_if(constraints, [&](const Constraint& each) {
        return std::ranges::find(each.columns, column) != each.columns.end();
    });
    std::erase_if(indexes, [&](const Index& each) { return each.mentions.contains(column); });
}

Relation* Symbols::find_relation(const Name& name) { return find_in(relations, name); }
const Relation* Symbols::find_relation(const Name& name) const { return find_in(relations, name); }
Enum* Symbols::find_enum(const SqlType& type) { return find_type(enums, type, search_path); }
Domain* Symbols::find_domain(const SqlType& type) { return find_type(domains, type, search_path); }
const Enum* Symbols::find_enum(const SqlType& type) const { return find_type(enums, type, search_path); }
const Domain* Symbols::find_domain(const SqlType& type) const { return find_type(domains, type, search_path); }
const Function* Symbols::find_function(const Name& name) const { return find_in(functions, name); }

Relation* Symbols::find_index_owner(const Name& index) {
    for (auto& [name, relation] : relations)
        if (name.schema == index.schema && relation.find_index(index.name) != nullptr) return &relation;
    return nullptr;
}

Name Symbols::resolve(std::string_view schema, std::string_view name) const {
    if (!schema.empty()) return {std::string(schema), std::string(name)};
    // Not found anywhere: it is where CREATE would put it.
    Name found{search_path.empty() ? "public" : search_path.front(), std::string(name)};
    for (const auto& each : search_path) {
        const Name here{each, std::string(name)};
        if (relations.contains(here)) return here;
    }
    return found;
}

Name Symbols::resolve(const Node& range_var) const {
    return resolve(range_var.string("schemaname"), range_var.string("relname"));
}

Name Symbols::resolve(const std::vector<std::string>& names) const {
    if (names.empty()) return {};
    return resolve(names.size() > 1 ? std::string_view(names[names.size() - 2]) : std::string_view(), names.back());
}

Name Symbols::resolve_type(const SqlType& type) const {
    return {type.schema.empty() ? search_path.empty() ? "public" : search_path.front() : type.schema, type.name};
}

SqlType Symbols::base_of(SqlType type) const {
    // A domain over itself cannot be, but a history with errors may look so.
    for (int depth = 0; depth < 32; ++depth) {
        const Domain* domain = find_domain(type);
        if (domain == nullptr) break;
        const bool is_array = type.is_array;
        type = domain->base;
        type.is_array = type.is_array || is_array;
    }
    return type;
}

bool Symbols::has_constrained_domain(SqlType type) const {
    for (int depth = 0; depth < 32; ++depth) {
        const Domain* domain = find_domain(type);
        if (domain == nullptr) return false;
        if (domain->has_constraints) return true;
        type = domain->base;
    }
    return false;
}

bool Symbols::is_old(const Relation& relation) const { return !relation.is_temporary && relation.made_in != plan; }

bool Symbols::is_old(const Name& relation) const {
    const Relation* found = find_relation(relation);
    // What no revision has made was there before them all.
    return found == nullptr || is_old(*found);
}

}  // namespace rev::lint
