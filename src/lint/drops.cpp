#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lint/expressions.hpp"
#include "lint/interpreter.hpp"

// What DROP takes away, and what hangs on it.

namespace rev::lint {
namespace {

std::string_view words_for(std::string_view kind) {
    if (kind == "OBJECT_TABLE") return "table";
    if (kind == "OBJECT_VIEW") return "view";
    if (kind == "OBJECT_MATVIEW") return "materialized view";
    if (kind == "OBJECT_SEQUENCE") return "sequence";
    if (kind == "OBJECT_FOREIGN_TABLE") return "foreign table";
    if (kind == "OBJECT_PROCEDURE") return "procedure";
    return "function";
}

SqlType type_in_list(const Node& object) {
    if (const Node& type = object["TypeName"]) return type_of(type);
    return {};
}

}  // namespace

void Interpreter::drop(const Node& statement) {
    const auto& kind = statement.string("removeType");
    for (const Node& object : statement["objects"].items()) {
        if (kind == "OBJECT_TABLE" || kind == "OBJECT_VIEW" || kind == "OBJECT_MATVIEW" || kind == "OBJECT_SEQUENCE" ||
            kind == "OBJECT_FOREIGN_TABLE") {
            drop_relation(symbols_.resolve(strings_of(object["List"]["items"])), statement, words_for(kind));
        } else if (kind == "OBJECT_INDEX") {
            drop_index(symbols_.resolve(strings_of(object["List"]["items"])), statement);
        } else if (kind == "OBJECT_TYPE" || kind == "OBJECT_DOMAIN") {
            drop_type(object, statement);
        } else if (kind == "OBJECT_FUNCTION" || kind == "OBJECT_PROCEDURE" || kind == "OBJECT_ROUTINE" ||
                   kind == "OBJECT_AGGREGATE") {
            drop_function(object, statement);
        } else if (kind == "OBJECT_SCHEMA") {
            drop_schema(object["String"].string("sval"), statement);
        } else if (kind == "OBJECT_TRIGGER" || kind == "OBJECT_POLICY" || kind == "OBJECT_RULE") {
            drop_part(object, statement);
        } else if (kind == "OBJECT_EXTENSION" && !statement.flag("missing_ok")) {
            lose(Rule::drop_object, fmt::format("extension {} is dropped", object["String"].string("sval")));
        }
    }
}

std::vector<std::string> Interpreter::views_on(const Name& relation, const std::string& column) const {
    std::vector<std::string> views;
    for (const auto& [name, view] : symbols_.relations) {
        const bool is_view = view.kind == Relation::Kind::view || view.kind == Relation::Kind::materialized_view;
        if (!is_view || !view.reads.contains(relation)) continue;
        // A star names the columns that were there when the view was made.
        const bool names_it = view.reads_columns.contains(column) ||
                              (view.reads_columns.contains("*") && view.find_column(column) != nullptr);
        // With one relation behind the star each of its columns is meant, whatever names the view gives them.
        const bool by_star = view.reads_columns.contains("*") && view.reads.size() == 1;
        if (column.empty() || names_it || by_star) views.push_back("view " + shown(name));
    }
    return views;
}

std::vector<std::string> Interpreter::dependents_of(const Name& relation) const {
    auto dependents = views_on(relation, {});
    for (const auto& [name, other] : symbols_.relations) {
        if (name == relation) continue;
        // A partition goes with its parent, and its foreign keys with it.
        for (const Constraint& constraint : other.constraints)
            if (constraint.kind == Constraint::Kind::foreign_key && constraint.referenced == relation &&
                other.parent != relation)
                dependents.push_back(fmt::format("foreign key {} of {}", constraint.name, shown(name)));
    }
    return dependents;
}

void Interpreter::lose_dependents(const std::vector<std::string>& dependents, std::string_view of, bool cascade) {
    if (dependents.empty()) return;
    std::string listed = dependents.front();
    if (dependents.size() > 1) listed += fmt::format(" and {} more", dependents.size() - 1);
    if (cascade) {
        fail(Rule::cascade, fmt::format("CASCADE takes {} away with {}", listed, of));
    } else {
        fail(Rule::dependents, fmt::format("{} cannot be dropped while {} needs it", of, listed));
    }
}

void Interpreter::forget(const Name& relation) {
    symbols_.relations.erase(relation);
    for (auto& [name, other] : symbols_.relations) {
        std::erase_if(other.constraints, [&](const Constraint& constraint) {
            return constraint.kind == Constraint::Kind::foreign_key && constraint.referenced == relation;
        });
    }
    // Partitions go with their parent, views with what they read. Collected first: forget() takes them out of the map
    // that is gone through here.
    std::vector<Name> others;
    for (const auto& [name, other] : symbols_.relations)
        if (other.parent == relation || other.reads.contains(relation)) others.push_back(name);
    for (const Name& other : others) forget(other);
}

void Interpreter::drop_relation(const Name& name, const Node& statement, std::string_view what) {
    const Relation* relation = symbols_.find_relation(name);
    if (relation == nullptr) {
        // Only where something is known at all can IF EXISTS be said to find nothing.
        const bool is_known_to_be_gone = symbols_.is_complete && !symbols_.relations.empty();
        if (statement.flag("missing_ok") && is_known_to_be_gone) return;
    }
    const bool old = symbols_.is_old(name);
    const bool is_table = what == "table";
    touch(Rule::lock_timeout, name, LockMode::access_exclusive);
    // A foreign key has triggers on the other table as well, and DROP takes them away there.
    if (relation != nullptr)
        for (const Constraint& constraint : relation->constraints)
            if (constraint.kind == Constraint::Kind::foreign_key && !(constraint.referenced == name))
                touch(Rule::lock_timeout, constraint.referenced, LockMode::access_exclusive);
    // A table that was moved away for a new one of its name: told as a rename already.
    const bool was_renamed = relation != nullptr && relation->renamed_in == symbols_.plan;
    if (old && !was_renamed && what != "sequence")
        lose_relation(is_table ? Rule::drop_table : Rule::drop_object, name,
                      fmt::format("{} {} is dropped", what, shown(name)));
    std::vector<std::string> dependents = dependents_of(name);
    // What the statement names goes with it.
    for (const Node& object : statement["objects"].items()) {
        const Name other = symbols_.resolve(strings_of(object["List"]["items"]));
        const auto view = "view " + shown(other);
        const auto key = " of " + shown(other);
        std::erase_if(dependents, [&](const std::string& each) { return each == view || each.ends_with(key); });
    }
    const auto sequence_users = what == "sequence" ? columns_with_sequence(name) : std::vector<std::string>();
    dependents.insert(dependents.end(), sequence_users.begin(), sequence_users.end());
    if (old || !sequence_users.empty())
        lose_dependents(dependents, fmt::format("{} {}", what, shown(name)), cascades(statement));
    forget(name);
}

void Interpreter::drop_index(const Name& name, const Node& statement) {
    Relation* owner = symbols_.find_index_owner(name);
    if (owner == nullptr) {
        const bool is_known_to_be_gone = symbols_.is_complete && !symbols_.relations.empty();
        if (!statement.flag("missing_ok") && is_known_to_be_gone)
            fail(Rule::missing_object, fmt::format("there is no index {}", shown(name)));
        return;
    }
    // DROP INDEX locks the table, for a moment, but behind everybody who uses it.
    if (!statement.flag("concurrent")) touch(Rule::lock_timeout, owner->name, LockMode::access_exclusive);
    if (owner->find_constraint(name.name) != nullptr)
        return fail(Rule::dependents,
                    fmt::format("index {} cannot be dropped, as the constraint of that name needs it", name.name));
    std::erase_if(owner->indexes, [&](const Index& index) { return index.name == name.name; });
}

std::vector<std::string> Interpreter::columns_of_type(const SqlType& type) const {
    std::vector<std::string> columns;
    for (const auto& [relation_name, relation] : symbols_.relations)
        for (const Column& column : relation.columns)
            if (column.type.name == type.name &&
                (type.schema.empty() || column.type.schema.empty() || column.type.schema == type.schema))
                columns.push_back(fmt::format("column {} of {}", column.name, shown(relation_name)));
    return columns;
}

std::vector<std::string> Interpreter::columns_with_sequence(const Name& sequence) const {
    std::vector<std::string> columns;
    const auto full = sequence.schema + "." + sequence.name;
    for (const auto& [relation_name, relation] : symbols_.relations)
        for (const Column& column : relation.columns) {
            const bool is_it = column.sequence == full ||
                               (column.sequence == sequence.name && sequence.schema == relation_name.schema);
            // A view or a partition has the column from elsewhere: it is told once.
            if (is_it && relation.kind != Relation::Kind::view && !relation.parent)
                columns.push_back(fmt::format("{} of column {} of {}",
                                              column.is_identity ? "the identity" : "the default", column.name,
                                              shown(relation_name)));
        }
    return columns;
}

void Interpreter::drop_type(const Node& object, const Node& statement) {
    const SqlType type = type_in_list(object);
    const Name name = symbols_.resolve_type(type);
    const Enum* found = symbols_.find_enum(type);
    const bool is_known =
        found != nullptr || symbols_.find_domain(type) != nullptr || symbols_.other_types.contains(name);
    if (!is_known && statement.flag("missing_ok") && symbols_.is_complete && !symbols_.relations.empty()) return;
    const auto dependents = columns_of_type(type);
    const bool is_new = found != nullptr && found->made_in == symbols_.plan;
    if (!is_new) lose(Rule::drop_object, fmt::format("type {} is dropped", shown(type)));
    lose_dependents(dependents, fmt::format("type {}", shown(type)), cascades(statement));
    symbols_.enums.erase(name);
    symbols_.domains.erase(name);
    symbols_.other_types.erase(name);
}

void Interpreter::drop_function(const Node& object, const Node& statement) {
    const auto names = strings_of(object["ObjectWithArgs"]["objname"]);
    if (names.empty()) return;
    const Name name = symbols_.resolve_type(named_type(names));
    const bool is_known = symbols_.functions.contains(name);
    if (!is_known && statement.flag("missing_ok") && symbols_.is_complete && !symbols_.relations.empty()) return;
    effects_.removals.push_back(
        {Rule::drop_object, Removal::Kind::function, fmt::format("function {} is dropped", shown(name)), name});
    std::vector<std::string> dependents;
    for (const auto& [table, relation] : symbols_.relations) {
        for (const auto& [part_name, part] : relation.parts)
            // By the bare name, as either may be written without its schema: rather one too many is found.
            if (part.function == name.name)
                dependents.push_back(fmt::format("trigger {} of {}", part_name, shown(table)));
        for (const Column& column : relation.columns)
            if (column.calls.contains(name.name))
                dependents.push_back(fmt::format("the default of column {} of {}", column.name, shown(table)));
    }
    lose_dependents(dependents, fmt::format("function {}", shown(name)), cascades(statement));
    if (cascades(statement))
        for (auto& [table, relation] : symbols_.relations)
            std::erase_if(relation.parts, [&](const auto& part) { return part.second.function == name.name; });
    symbols_.functions.erase(name);
}

void Interpreter::drop_schema(const std::string& schema, const Node& statement) {
    std::vector<Name> inside;
    for (const auto& [name, relation] : symbols_.relations)
        if (name.schema == schema) inside.push_back(name);
    const bool has_old = std::ranges::any_of(inside, [&](const Name& name) { return symbols_.is_old(name); });
    if (inside.empty() && statement.flag("missing_ok")) return;
    lose(Rule::drop_object, fmt::format("schema {} is dropped", schema));
    std::vector<std::string> dependents;
    for (const Name& name : inside) dependents.push_back(shown(name));
    if (has_old) lose_dependents(dependents, fmt::format("schema {}", schema), cascades(statement));
    for (const Name& name : inside) {
        touch(Rule::lock_timeout, name, LockMode::access_exclusive);
        forget(name);
    }
    const auto is_inside = [&](const auto& each) { return each.first.schema == schema; };
    std::erase_if(symbols_.functions, is_inside);
    std::erase_if(symbols_.enums, is_inside);
    std::erase_if(symbols_.domains, is_inside);
    std::erase_if(symbols_.other_types, [&](const Name& type) { return type.schema == schema; });
}

/// A trigger, policy or rule of a table.
void Interpreter::drop_part(const Node& object, const Node& statement) {
    auto names = strings_of(object["List"]["items"]);
    if (names.size() < 2) return;
    const std::string part = names.back();
    names.pop_back();
    const Name table = symbols_.resolve(names);
    if (Relation* relation = symbols_.find_relation(table)) {
        // Rules are not kept, and a partition has the triggers of its parent.
        const bool is_kept = statement.string("removeType") != "OBJECT_RULE" && !relation->parent;
        const bool is_missing = relation->parts.erase(part) == 0 && is_kept && relation->is_complete;
        if (is_missing && symbols_.is_complete && !statement.flag("missing_ok"))
            fail(Rule::missing_object, fmt::format("{} has no trigger or policy {}", shown(table), part));
    }
    const bool is_gone = statement.flag("missing_ok") && symbols_.find_relation(table) == nullptr;
    if (!is_gone) touch(Rule::lock_timeout, table, LockMode::access_exclusive);
}

void Interpreter::drop_column(Relation& relation, const Node& command) {
    const auto& name = command.string("name");
    const Column* column = relation.find_column(name);
    if (column == nullptr && relation.is_complete) {
        if (!command.flag("missing_ok"))
            fail(Rule::missing_object, fmt::format("table {} has no column {}", shown(relation.name), name));
        return;
    }
    const bool is_new = column != nullptr && column->made_in == symbols_.plan;
    if (is_old(relation) && !is_new)
        effects_.removals.push_back({Rule::drop_column,
                                     Removal::Kind::column,
                                     fmt::format("column {} of {} is dropped", name, shown(relation.name)),
                                     relation.name,
                                     {name}});
    std::vector<std::string> dependents = views_on(relation.name, name);
    for (const Column& other : relation.columns)
        if (other.computed_from.contains(name)) dependents.push_back("column " + other.name);
    for (const auto& [part_name, part] : relation.parts)
        // Who reads the whole row hangs on the table, not on one column.
        if (part.columns.contains(name) && !part.columns.contains("*"))
            dependents.push_back((part.is_trigger ? "trigger " : "policy ") + part_name);
    const auto has_it = [&](const std::vector<std::string>& columns) {
        return std::ranges::find(columns, name) != columns.end();
    };
    const bool is_in_primary_key = std::ranges::any_of(relation.constraints, [&](const Constraint& each) {
        return each.kind == Constraint::Kind::primary_key && has_it(each.columns);
    });
    const auto needs = [&](const Constraint& key) {
        return key.kind == Constraint::Kind::foreign_key && key.referenced == relation.name &&
               (key.referenced_columns.empty() ? is_in_primary_key : has_it(key.referenced_columns));
    };
    // A table's foreign key to itself keeps the column, too, unless it stands on it and goes along.
    for (const auto& [other, each] : symbols_.relations)
        for (const Constraint& key : each.constraints)
            if (needs(key) && !(other == relation.name && has_it(key.columns)))
                dependents.push_back(fmt::format("foreign key {} of {}", key.name, shown(other)));
    if (is_old(relation))
        lose_dependents(dependents, fmt::format("column {} of {}", name, shown(relation.name)), cascades(command));
    // Its foreign keys go with the column, and so do their triggers on the other tables.
    for (const Constraint& constraint : relation.constraints)
        if (constraint.kind == Constraint::Kind::foreign_key &&
            std::ranges::find(constraint.columns, name) != constraint.columns.end())
            touch(Rule::lock_timeout, constraint.referenced, LockMode::access_exclusive);
    relation.drop_column(name);
}

void Interpreter::drop_owned(const Node& /*statement*/) {
    // What that is only the server knows: from here on, nothing is said about what is missing.
    lose(Rule::drop_object, "everything that the role owns is dropped");
    symbols_.is_complete = false;
}

}  // namespace rev::lint
