#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lint/interpreter.hpp"

// What has another name, or is in another schema, afterwards.

namespace rev::lint {

/// Whether code may ask for a relation by this name: it was there before, and had the name.
bool Interpreter::is_told_of(const Name& name) const {
    const Relation* relation = symbols_.find_relation(name);
    return symbols_.is_old(name) && (relation == nullptr || relation->renamed_in != symbols_.plan);
}

void Interpreter::rename(const Node& statement) {
    const auto& kind = statement.string("renameType");
    if (kind == "OBJECT_COLUMN" || kind == "OBJECT_ATTRIBUTE") return rename_column(statement);
    if (kind == "OBJECT_TABLE" || kind == "OBJECT_VIEW" || kind == "OBJECT_MATVIEW" || kind == "OBJECT_SEQUENCE")
        return rename_relation(statement);
    if (kind == "OBJECT_TYPE" || kind == "OBJECT_DOMAIN") return rename_type(statement);
    if (kind == "OBJECT_SCHEMA" || kind == "OBJECT_FUNCTION" || kind == "OBJECT_PROCEDURE" ||
        kind == "OBJECT_ROUTINE") {
        const auto words = kind == "OBJECT_SCHEMA" ? "schema" : "function";
        const auto names = strings_of(statement["object"]["ObjectWithArgs"]["objname"]);
        const std::string name = names.empty() ? statement.string("subname") : names.back();
        lose(Rule::rename, fmt::format("{} {} is renamed", words, name));
        // What of several of one name is meant is not worked out: from here on, none of them is known.
        std::erase_if(symbols_.functions, [&](const auto& each) {
            return kind == "OBJECT_SCHEMA" ? each.first.schema == name : each.first.name == name;
        });
        symbols_.is_complete = false;
        return;
    }
    const Name name = symbols_.resolve(statement["relation"]);
    const auto& new_name = statement.string("newname");
    if (kind == "OBJECT_INDEX") {
        // Since 12, ALTER INDEX ... RENAME takes SHARE UPDATE EXCLUSIVE, which lets others read and write.
        Relation* owner = symbols_.find_index_owner(name);
        if (owner == nullptr) return;
        for (Index& index : owner->indexes)
            if (index.name == name.name) index.name = new_name;
    } else if (kind == "OBJECT_TABCONSTRAINT") {
        touch(Rule::lock_timeout, name, LockMode::access_exclusive);
        Relation& relation = relation_or_unknown(name);
        const auto& before = statement.string("subname");
        if (Constraint* constraint = relation.find_constraint(before)) constraint->name = new_name;
        // The index of a key has the constraint's name.
        for (Index& index : relation.indexes)
            if (index.name == before) index.name = new_name;
    } else if (kind == "OBJECT_TRIGGER" || kind == "OBJECT_POLICY" || kind == "OBJECT_RULE") {
        touch(Rule::lock_timeout, name, LockMode::access_exclusive);
        Relation& relation = relation_or_unknown(name);
        auto part = relation.parts.extract(statement.string("subname"));
        if (part.empty()) return;
        part.key() = new_name;
        relation.parts.insert(std::move(part));
    }
}

void Interpreter::rename_column(const Node& statement) {
    const Name name = symbols_.resolve(statement["relation"]);
    Relation& relation = relation_or_unknown(name);
    const auto& before = statement.string("subname");
    const auto& after = statement.string("newname");
    touch(Rule::lock_timeout, name, LockMode::access_exclusive);
    if (!has_column_or_fails(relation, before)) return;
    Column* column = relation.find_column(before);
    if (relation.find_column(after) != nullptr)
        fail(Rule::existing_object, fmt::format("table {} has a column {} already", shown(name), after));
    const bool is_new = column != nullptr && column->made_in == symbols_.plan;
    if (is_old(relation) && !is_new)
        effects_.removals.push_back({Rule::rename,
                                     Removal::Kind::column,
                                     fmt::format("column {} of {} is renamed", before, shown(name)),
                                     name,
                                     {before}});
    if (column == nullptr) return;
    column->name = after;
    const auto replace = [&](std::vector<std::string>& names) { std::ranges::replace(names, before, after); };
    for (Constraint& constraint : relation.constraints) replace(constraint.columns);
    for (Index& index : relation.indexes) {
        replace(index.columns);
        if (index.mentions.erase(before) != 0) index.mentions.insert(after);
    }
    if (relation.partition_key.erase(before) != 0) relation.partition_key.insert(after);
    // A view keeps what it reads under whatever name: PostgreSQL stores numbers, not names.
    for (auto& [other, each] : symbols_.relations) {
        if (each.reads.contains(name) && each.reads_columns.contains(before)) each.reads_columns.insert(after);
        for (Constraint& constraint : each.constraints)
            if (constraint.referenced == name) replace(constraint.referenced_columns);
    }
}

void Interpreter::rename_relation(const Node& statement) {
    const Name before = symbols_.resolve(statement["relation"]);
    const Name after{before.schema, statement.string("newname")};
    touch(Rule::lock_timeout, before, LockMode::access_exclusive);
    if (symbols_.relations.contains(after))
        return fail(Rule::existing_object, fmt::format("there is a relation {} already", shown(after)));
    if (is_told_of(before) && statement.string("renameType") != "OBJECT_SEQUENCE")
        lose_relation(Rule::rename, before, fmt::format("{} is renamed", shown(before)));
    const auto found = symbols_.relations.find(before);
    if (found == symbols_.relations.end()) return;
    Relation relation = std::move(found->second);
    symbols_.relations.erase(found);
    relation.name = after;
    relation.renamed_in = symbols_.plan;
    symbols_.relations[after] = std::move(relation);
    for (auto& [name, each] : symbols_.relations) {
        if (each.parent == before) each.parent = after;
        if (each.reads.erase(before) != 0) each.reads.insert(after);
        for (Constraint& constraint : each.constraints)
            if (constraint.referenced == before) constraint.referenced = after;
    }
}

void Interpreter::rename_type(const Node& statement) {
    const Node& object = statement["object"];
    const auto names = strings_of(object["List"]["items"]);
    if (names.empty()) return;
    const SqlType type = named_type(names);
    const Name before = symbols_.resolve_type(type);
    const Name after{before.schema, statement.string("newname")};
    const auto in_enums = symbols_.enums.find(before);
    const bool is_new = in_enums != symbols_.enums.end() && in_enums->second.made_in == symbols_.plan;
    if (!is_new) lose(Rule::rename, fmt::format("type {} is renamed", shown(before)));
    if (auto node = symbols_.enums.extract(before)) {
        node.key() = after;
        symbols_.enums.insert(std::move(node));
    }
    if (auto node = symbols_.domains.extract(before)) {
        node.key() = after;
        symbols_.domains.insert(std::move(node));
    }
    for (auto& [name, relation] : symbols_.relations)
        for (Column& column : relation.columns)
            if (column.type.name == before.name) column.type.name = after.name;
}

void Interpreter::set_schema(const Node& statement) {
    const auto& kind = statement.string("objectType");
    const auto& schema = statement.string("newschema");
    if (kind != "OBJECT_TABLE" && kind != "OBJECT_VIEW" && kind != "OBJECT_MATVIEW") {
        lose(Rule::rename, fmt::format("something moves into the schema {}", schema));
        symbols_.is_complete = false;
        return;
    }
    const Name before = symbols_.resolve(statement["relation"]);
    touch(Rule::lock_timeout, before, LockMode::access_exclusive);
    if (is_told_of(before))
        lose_relation(Rule::rename, before, fmt::format("{} moves into the schema {}", shown(before), schema));
    const auto found = symbols_.relations.find(before);
    if (found == symbols_.relations.end()) return;
    Relation relation = std::move(found->second);
    symbols_.relations.erase(found);
    relation.name.schema = schema;
    relation.renamed_in = symbols_.plan;
    symbols_.relations[relation.name] = std::move(relation);
}

}  // namespace rev::lint
