#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lint/expressions.hpp"
#include "lint/interpreter.hpp"

// Table constraints, of CREATE TABLE and of ALTER TABLE.

namespace rev::lint {
namespace {

std::vector<std::string> columns_of(const Node& definition, std::string_view member, const Column* of_new_column) {
    auto columns = strings_of(definition[member]);
    if (columns.empty() && of_new_column != nullptr) columns.push_back(of_new_column->name);
    return columns;
}

/// As ChooseConstraintName() of PostgreSQL makes it. A later statement names it so, when it drops or validates the
/// constraint.
std::string name_of(const Relation& relation, const Constraint& constraint) {
    std::string stem = relation.name.name;
    // Alone without its columns, as a table has only one.
    if (constraint.kind == Constraint::Kind::primary_key) return stem + "_pkey";
    // A check over several columns is named for none of them.
    const bool names_columns = constraint.kind != Constraint::Kind::check || constraint.columns.size() == 1;
    if (names_columns)
        for (const auto& column : constraint.columns) stem += "_" + column;
    switch (constraint.kind) {
        case Constraint::Kind::check:
            return stem + "_check";
        case Constraint::Kind::foreign_key:
            return stem + "_fkey";
        case Constraint::Kind::exclusion:
            return stem + "_excl";
        default:
            return stem + "_key";
    }
}

}  // namespace

void Interpreter::add_constraint(Relation& relation, const Node& definition, const Column* of_new_column) {
    const auto& kind = definition.string("contype");
    Constraint constraint;
    constraint.name = definition.string("conname");
    constraint.is_valid = !definition.flag("skip_validation");
    if (!constraint.name.empty() && relation.find_constraint(constraint.name) != nullptr)
        return fail(Rule::existing_object,
                    fmt::format("table {} has a constraint {} already", shown(relation.name), constraint.name));
    if (kind == "CONSTR_CHECK") {
        constraint.kind = Constraint::Kind::check;
        constraint.expression = definition["raw_expr"];
        const auto names = columns_in(constraint.expression);
        constraint.columns.assign(names.begin(), names.end());
        add_check(relation, definition, std::move(constraint));
    } else if (kind == "CONSTR_FOREIGN") {
        constraint.kind = Constraint::Kind::foreign_key;
        constraint.columns = columns_of(definition, "fk_attrs", of_new_column);
        constraint.referenced = symbols_.resolve(definition["pktable"]);
        constraint.referenced_columns = strings_of(definition["pk_attrs"]);
        add_foreign_key(relation, definition, std::move(constraint), of_new_column);
    } else if (kind == "CONSTR_UNIQUE" || kind == "CONSTR_PRIMARY" || kind == "CONSTR_EXCLUSION") {
        const bool is_primary = kind == "CONSTR_PRIMARY";
        constraint.kind = is_primary                ? Constraint::Kind::primary_key
                          : kind == "CONSTR_UNIQUE" ? Constraint::Kind::unique
                                                    : Constraint::Kind::exclusion;
        constraint.columns = columns_of(definition, "keys", of_new_column);
        for (const Node& item : definition["exclusions"].items()) {
            // Each is a pair: an element and the operator that compares it.
            const auto& column = item["List"]["items"][0U]["IndexElem"].string("name");
            if (!column.empty()) constraint.columns.push_back(column);
        }
        if (definition.has("indexname")) return use_index(relation, definition, std::move(constraint));
        add_key(relation, definition, std::move(constraint));
    }
}

void Interpreter::add_check(Relation& relation, const Node& /*definition*/, Constraint constraint) {
    for (const auto& column : constraint.columns) (void)has_column_or_fails(relation, column);
    if (constraint.name.empty()) constraint.name = unique_name(relation, name_of(relation, constraint));
    check_plain(constraint.expression, "a check");
    // NOT VALID spares the reading; the rows that are there are looked at by a later VALIDATE CONSTRAINT.
    if (constraint.is_valid)
        touch(Rule::check_constraint, relation.name, LockMode::access_exclusive, Work::scan,
              fmt::format("all rows are checked against {}", constraint.name));
    relation.constraints.push_back(std::move(constraint));
}

void Interpreter::add_foreign_key(Relation& relation, const Node& /*definition*/, Constraint constraint,
                                  const Column* of_new_column) {
    for (const auto& column : constraint.columns) (void)has_column_or_fails(relation, column);
    if (constraint.name.empty()) constraint.name = unique_name(relation, name_of(relation, constraint));
    check_foreign_key_target(relation, constraint);
    const bool is_new_there = !is_old(relation) && relation.made_in == symbols_.plan;
    if (!constraint.is_valid && relation.kind == Relation::Kind::partitioned_table && server_version_ < 18 &&
        !is_new_there)
        fail(Rule::failed, fmt::format("a foreign key of the partitioned table {} cannot be NOT VALID before "
                                       "PostgreSQL 18",
                                       shown(relation.name)));
    // The rows of a column that is new have NULL, which needs no check.
    const bool is_unchecked = of_new_column != nullptr && !of_new_column->has_default;
    const bool reads = constraint.is_valid && !is_unchecked && is_old(relation);
    const auto why =
        fmt::format("all rows of {} are looked up in {}", shown(relation.name), shown(constraint.referenced));
    const auto work = reads ? Work::scan : Work::none;
    touch(Rule::foreign_key, relation.name, LockMode::share_row_exclusive, work, why);
    // The other table gets triggers, for which it is locked as strongly as this one.
    if (!(constraint.referenced == relation.name))
        touch(Rule::foreign_key, constraint.referenced, LockMode::share_row_exclusive, Work::none);
    relation.constraints.push_back(std::move(constraint));
}

void Interpreter::check_foreign_key_target(const Relation& relation, const Constraint& constraint) {
    const Relation* other =
        constraint.referenced == relation.name ? &relation : symbols_.find_relation(constraint.referenced);
    if (other != nullptr && (other->kind == Relation::Kind::view || other->kind == Relation::Kind::materialized_view))
        fail(Rule::foreign_key_target, fmt::format("{} is a view, and no table", shown(constraint.referenced)));
    // What is not known as a whole may have the key: nothing is said then.
    if (other == nullptr || !other->is_complete || !other->is_table()) return;
    if (constraint.referenced_columns.empty()) {
        if (other->find_primary_key() == nullptr)
            fail(Rule::foreign_key_target, fmt::format("table {} has no primary key", shown(constraint.referenced)));
        return;
    }
    for (const auto& column : constraint.referenced_columns)
        if (!has_column_or_fails(*other, column)) return;
    for (std::size_t i = 0; i < constraint.columns.size() && i < constraint.referenced_columns.size(); ++i) {
        const Column* from = relation.find_column(constraint.columns[i]);
        const Column* to = other->find_column(constraint.referenced_columns[i]);
        if (from == nullptr || to == nullptr) continue;
        if (!can_refer(symbols_.base_of(from->type), symbols_.base_of(to->type)))
            fail(Rule::foreign_key_target,
                 fmt::format("column {} is {}, and {} of {} is {}", from->name, shown(from->type), to->name,
                             shown(other->name), shown(to->type)));
    }
    if (!other->is_unique_on(constraint.referenced_columns))
        fail(Rule::foreign_key_target, fmt::format("table {} has no unique constraint on the columns that {} refers to",
                                                   shown(constraint.referenced), constraint.name));
}

void Interpreter::add_key(Relation& relation, const Node& definition, Constraint constraint) {
    for (const auto& column : constraint.columns) (void)has_column_or_fails(relation, column);
    const bool is_primary = constraint.kind == Constraint::Kind::primary_key;
    if (is_primary && relation.find_primary_key() != nullptr)
        fail(Rule::existing_object, fmt::format("table {} has a primary key already", shown(relation.name)));
    if (constraint.name.empty()) constraint.name = unique_name(relation, name_of(relation, constraint));
    // Of an exclusion constraint the operators count, too, which are not looked at here.
    if (constraint.kind != Constraint::Kind::exclusion)
        check_partition_key(relation, constraint.columns, constraint.name);
    touch(Rule::unique_constraint, relation.name, LockMode::access_exclusive, Work::scan,
          fmt::format("the index of {} is built", constraint.name));
    // PRIMARY KEY sets NOT NULL, too.
    if (is_primary)
        for (const auto& column : constraint.columns)
            if (Column* found = relation.find_column(column)) found->is_not_null = true;
    // The index has the constraint's name, and later statements ask for it by that.
    Index index;
    index.name = constraint.name;
    index.columns = constraint.columns;
    index.mentions.insert(constraint.columns.begin(), constraint.columns.end());
    // Its own index enforces an exclusion constraint, and pg_index has it as not unique.
    index.is_unique = constraint.kind != Constraint::Kind::exclusion;
    index.is_plain = constraint.kind != Constraint::Kind::exclusion && !definition.has("where_clause");
    relation.indexes.push_back(std::move(index));
    relation.constraints.push_back(std::move(constraint));
}

void Interpreter::use_index(Relation& relation, const Node& definition, Constraint constraint) {
    const auto& index_name = definition.string("indexname");
    const Index* index = relation.find_index(index_name);
    if (index == nullptr) {
        if (relation.is_complete && symbols_.is_complete)
            fail(Rule::missing_object, fmt::format("table {} has no index {}", shown(relation.name), index_name));
        return;
    }
    if (!index->is_unique || !index->is_plain) {
        fail(Rule::failed,
             fmt::format("index {} is no unique index of columns alone, without a predicate", index_name));
        return;
    }
    constraint.columns = index->columns;
    if (constraint.kind == Constraint::Kind::primary_key) {
        for (const auto& column : constraint.columns) {
            Column* found = relation.find_column(column);
            const bool is_proven = (found != nullptr && found->is_not_null) || has_proof_of_not_null(relation, column);
            if (!is_proven)
                touch(Rule::table_scan, relation.name, LockMode::access_exclusive, Work::scan,
                      fmt::format("a primary key is NOT NULL, and nothing proves it of column {}", column));
            if (found != nullptr) found->is_not_null = true;
        }
    }
    // ADD CONSTRAINT ... USING INDEX renames the index to the constraint.
    if (constraint.name.empty()) constraint.name = index_name;
    for (Index& each : relation.indexes)
        if (each.name == index_name) each.name = constraint.name;
    relation.constraints.push_back(std::move(constraint));
}

void Interpreter::validate_constraint(Relation& relation, const std::string& name) {
    Constraint* constraint = relation.find_constraint(name);
    if (constraint == nullptr) {
        if (relation.is_complete && symbols_.is_complete)
            fail(Rule::missing_object, fmt::format("table {} has no constraint {}", shown(relation.name), name));
        touch(Rule::table_scan, relation.name, LockMode::share_update_exclusive, Work::scan, "all rows are checked");
        return;
    }
    // PostgreSQL looks at the flag first: what is valid is not read again.
    if (constraint->is_valid) return;
    constraint->is_valid = true;
    touch(Rule::table_scan, relation.name, LockMode::share_update_exclusive, Work::scan, "all rows are checked");
    // Its rows are looked up in the other table, which PostgreSQL locks with ROW SHARE for that.
    if (constraint->kind == Constraint::Kind::foreign_key)
        touch(Rule::lock_timeout, constraint->referenced, LockMode::row_share);
}

void Interpreter::drop_constraint(Relation& relation, const Node& command) {
    const auto& name = command.string("name");
    const Constraint* constraint = relation.find_constraint(name);
    if (constraint == nullptr) {
        if (!command.flag("missing_ok") && relation.is_complete && symbols_.is_complete)
            fail(Rule::missing_object, fmt::format("table {} has no constraint {}", shown(relation.name), name));
        return;
    }
    // The triggers on the other table go as well.
    if (constraint->kind == Constraint::Kind::foreign_key)
        touch(Rule::lock_timeout, constraint->referenced, LockMode::access_exclusive);
    const bool is_key =
        constraint->kind == Constraint::Kind::primary_key || constraint->kind == Constraint::Kind::unique;
    std::vector<std::string> dependents;
    if (is_key) {
        const auto needs = [&](const Constraint& key) {
            // REFERENCES without columns was bound to the primary key when it was made.
            const bool by_primary_key =
                key.referenced_columns.empty() && constraint->kind == Constraint::Kind::primary_key;
            return key.kind == Constraint::Kind::foreign_key && key.referenced == relation.name &&
                   (by_primary_key || key.referenced_columns == constraint->columns);
        };
        for (auto& [other, each] : symbols_.relations)
            for (const Constraint& key : each.constraints)
                if (needs(key)) dependents.push_back(fmt::format("foreign key {} of {}", key.name, shown(other)));
        // CASCADE takes the other tables' foreign keys away, and leaves their columns and rows.
        if (cascades(command))
            for (auto& [other, each] : symbols_.relations) std::erase_if(each.constraints, needs);
    }
    lose_dependents(dependents, fmt::format("constraint {} of {}", name, shown(relation.name)), cascades(command));
    const std::string constraint_name = name;
    // A check may have the name of an index that is not its own.
    const bool has_index = is_key || constraint->kind == Constraint::Kind::exclusion;
    std::erase_if(relation.indexes, [&](const Index& index) { return has_index && index.name == constraint_name; });
    std::erase_if(relation.constraints, [&](const Constraint& each) { return each.name == constraint_name; });
}

}  // namespace rev::lint
