#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "lint/expressions.hpp"
#include "lint/interpreter.hpp"
#include "lint/partition_bounds.hpp"

// Which lock each form of ALTER TABLE takes. Source: PostgreSQL's AlterTableGetLockLevel().

namespace rev::lint {
namespace {

/// Those of reloptions.c that PostgreSQL changes under ShareUpdateExclusiveLock; any other one in the list makes the
/// whole statement take the strongest lock.
constexpr std::array weak_options = std::to_array<std::string_view>(
    {"fillfactor", "toast_tuple_target", "parallel_workers", "n_distinct", "n_distinct_inherited", "vacuum_truncate",
     "vacuum_index_cleanup", "log_autovacuum_min_duration"});

/// The lock for SET (option = value).
LockMode lock_of_options(const Node& options) {
    for (const Node& option : options["List"]["items"].items()) {
        const auto& name = option["DefElem"].string("defname");
        const bool is_weak =
            name.starts_with("autovacuum_") || std::ranges::find(weak_options, name) != weak_options.end();
        if (!is_weak) return LockMode::access_exclusive;
    }
    return LockMode::share_update_exclusive;
}

bool is_trigger_switch(std::string_view action) {
    return action.starts_with("AT_EnableTrig") || action.starts_with("AT_DisableTrig") ||
           action.starts_with("AT_EnableAlwaysTrig") || action.starts_with("AT_EnableReplicaTrig");
}

LockMode lock_of(std::string_view action, const Node& command) {
    static constexpr std::array weak =
        std::to_array<std::string_view>({"AT_SetStatistics", "AT_ClusterOn", "AT_DropCluster", "AT_SetOptions",
                                         "AT_ResetOptions", "AT_AttachPartition", "AT_ValidateConstraint"});
    if (std::ranges::find(weak, action) != weak.end()) return LockMode::share_update_exclusive;
    if (action == "AT_SetRelOptions" || action == "AT_ResetRelOptions") return lock_of_options(command["def"]);
    if (is_trigger_switch(action)) return LockMode::share_row_exclusive;
    if (action == "AT_DetachPartition" && command["def"]["PartitionCmd"].flag("concurrent"))
        return LockMode::share_update_exclusive;
    const bool is_foreign_key =
        action == "AT_AddConstraint" && command["def"]["Constraint"].string("contype") == "CONSTR_FOREIGN";
    return is_foreign_key ? LockMode::share_row_exclusive : LockMode::access_exclusive;
}

/// Which of the actions of one statement come first: PostgreSQL drops, then changes types, then adds.
int pass_of(const Node& command) {
    const auto& action = command.string("subtype");
    if (action.starts_with("AT_Drop") || (action == "AT_ColumnDefault" && !command.has("def"))) return 0;
    if (action == "AT_AlterColumnType") return 1;
    if (action == "AT_AddColumn") return 2;
    return 3;
}

std::vector<const Node*> in_order_of_passes(const Node& commands) {
    std::vector<const Node*> ordered;
    for (const Node& command : commands.items()) ordered.push_back(&command["AlterTableCmd"]);
    // Within a pass, the order of the text stays.
    std::ranges::stable_sort(ordered, {}, [](const Node* command) { return pass_of(*command); });
    return ordered;
}

}  // namespace

void Interpreter::alter_table(const Node& statement) {
    const auto& kind = statement.string("objtype");
    const Name name = symbols_.resolve(statement["relation"]);
    if (kind == "OBJECT_TYPE")
        for (const Node& item : statement["cmds"].items()) alter_attribute(name, item["AlterTableCmd"]);
    // ALTER TABLE is also how indexes, sequences, types and views may be altered; none of these has rows that are
    // worked on.
    if (kind == "OBJECT_INDEX" || kind == "OBJECT_SEQUENCE" || kind == "OBJECT_TYPE" || kind == "OBJECT_VIEW" ||
        kind == "OBJECT_FOREIGN_TABLE") {
        return;
    }
    const Relation* known = symbols_.find_relation(name);
    // IF EXISTS of a table that is surely not there does nothing. Where not all is known, it may well be there.
    if (known == nullptr && statement.flag("missing_ok") && symbols_.is_complete && !symbols_.relations.empty()) return;
    Relation& relation = relation_or_unknown(name);
    const bool is_alone = !statement["relation"].flag("inh");
    const bool has_children =
        std::ranges::any_of(symbols_.relations, [&](const auto& each) { return each.second.parent == relation.name; });
    for (const Node& command : statement["cmds"].items())
        if (is_alone && has_children && command["AlterTableCmd"].string("subtype") == "AT_AddColumn")
            fail(Rule::failed, fmt::format("a column of {} has to be added to its partitions, too: leave ONLY out",
                                           shown(relation.name)));
    for (const Node* command : in_order_of_passes(statement["cmds"])) alter_one(relation, *command);
}

/// Attributes come and go; one that changes would have to be written anew in every row that has the type.
void Interpreter::alter_attribute(const Name& type, const Node& command) {
    if (command.string("subtype") != "AT_AlterColumnType") return;
    const auto columns = columns_of_type({type.schema == "public" ? std::string() : type.schema, type.name, {}, false});
    if (!columns.empty())
        fail(Rule::dependents, fmt::format("type {} cannot change while {} uses it", shown(type), columns.front()));
}

/// No value may belong to two partitions.
void Interpreter::check_bounds(const Name& parent, const Name& partition, const Node& bound) {
    if (is_empty_range(bound))
        fail(Rule::failed, fmt::format("the bounds of partition {} hold no value", shown(partition)));
    for (const auto& [name, sibling] : symbols_.relations)
        if (sibling.parent == parent && name != partition && overlap(bound, sibling.bound))
            return fail(Rule::failed, fmt::format("partition {} would overlap partition {} of {}", shown(partition),
                                                  shown(name), shown(parent)));
}

void Interpreter::move_all(const Node& statement) {
    // What is there already is not copied.
    if (statement.string("orig_tablespacename") == statement.string("new_tablespacename")) return;
    // ALTER TABLE ALL IN TABLESPACE: which tables are there is only known to the server.
    for (const auto& [name, relation] : symbols_.relations)
        if (relation.is_table())
            touch(Rule::table_rewrite, name, LockMode::access_exclusive, Work::rewrite,
                  "its file is copied into the other tablespace");
}

void Interpreter::alter_one(Relation& relation, const Node& command) {
    const auto& action = command.string("subtype");
    const auto& column = command.string("name");
    touch(Rule::lock_timeout, relation.name, lock_of(action, command));
    if (action == "AT_AddColumn") return add_column(relation, command);
    if (action == "AT_DropColumn") return drop_column(relation, command);
    if (action == "AT_AlterColumnType") return change_type(relation, command);
    if (action == "AT_SetNotNull") return set_not_null(relation, column);
    if (action == "AT_AddConstraint") return add_constraint(relation, command["def"]["Constraint"], nullptr);
    if (action == "AT_ValidateConstraint") return validate_constraint(relation, column);
    if (action == "AT_DropConstraint") return drop_constraint(relation, command);
    if (action == "AT_AttachPartition") return attach_partition(relation, command);
    if (action == "AT_DetachPartition") return detach_partition(relation, command);
    if (action == "AT_SetUnLogged") return set_persistence(relation, true);
    if (action == "AT_SetLogged") return set_persistence(relation, false);
    if (action == "AT_SetTableSpace") return set_tablespace(relation, command);
    // heap is what nearly every table is stored as; nothing tells whether this one is.
    if (action == "AT_SetAccessMethod" && column != "heap")
        return touch(Rule::table_rewrite, relation.name, LockMode::access_exclusive, Work::rewrite,
                     "its rows are stored in another way");
    if (action == "AT_AddInherit") {
        touch(Rule::lock_timeout, symbols_.resolve(command["def"]["RangeVar"]), LockMode::share_update_exclusive);
        return;
    }
    if (action == "AT_DropNotNull" || action == "AT_ColumnDefault" || action == "AT_AddIdentity" ||
        action == "AT_DropExpression" || action == "AT_DropIdentity") {
        if (!has_column_or_fails(relation, column)) return;
        Column* found = relation.find_column(column);
        if (found == nullptr) return;
        if (action == "AT_DropNotNull") {
            const Constraint* key = relation.find_primary_key();
            if (key != nullptr && std::ranges::find(key->columns, column) != key->columns.end())
                fail(Rule::failed, fmt::format("column {} is in the primary key", column));
            found->is_not_null = false;
        }
        if (action == "AT_DropExpression") found->is_generated = false;
        if (action == "AT_ColumnDefault") {
            // DEFAULT NULL is none: rows of before have NULL either way.
            found->has_default = command.has("def") && !is_null_constant(command["def"]);
            found->calls.clear();
            walk(command["def"], [&](const Node& node) {
                if (node.name == "FuncCall") found->calls.insert(strings_of(node["funcname"]).back());
            });
            if (!found->is_identity) found->sequence = sequence_of(command["def"]);
        }
        if (action == "AT_AddIdentity" && found->is_identity)
            fail(Rule::existing_object, fmt::format("column {} is an identity column already", column));
        if (action == "AT_ColumnDefault" && found->is_identity)
            fail(Rule::failed, fmt::format("column {} is an identity column, and takes no default", column));
        if (action == "AT_ColumnDefault") check_plain(command["def"], "a default");
        if (action == "AT_AddIdentity" && !found->is_not_null && relation.is_complete)
            fail(Rule::failed, fmt::format("column {} must be NOT NULL before it can be an identity column", column));
        if (action == "AT_DropIdentity" && !found->is_identity && !command.flag("missing_ok"))
            fail(Rule::failed, fmt::format("column {} is no identity column", column));
        if (action == "AT_AddIdentity" || action == "AT_DropIdentity") found->is_identity = action == "AT_AddIdentity";
    }
}

void Interpreter::attach_partition(Relation& parent, const Node& command) {
    const Node& definition = command["def"]["PartitionCmd"];
    const Name name = symbols_.resolve(definition["name"]);
    Relation& partition = relation_or_unknown(name);
    const bool is_default = definition["bound"].flag("is_default");
    // PostgreSQL looks for checks from which the bounds follow; that of a list or a range names each column of the key.
    const auto proves = [&](const Constraint& check) {
        if (check.kind != Constraint::Kind::check || !check.is_valid) return false;
        const auto names = columns_in(check.expression);
        return std::ranges::any_of(parent.partition_key,
                                   // Whether the check implies the bounds is not worked out: one that names the key is
                                   // taken to be made for this purpose.
                                   [&](const std::string& column) { return names.contains(column); }) ||
               (parent.partition_key.empty() && !names.empty());
    };
    const auto is_never_null = [&](const std::string& column) {
        const Column* found = partition.find_column(column);
        return (found != nullptr && found->is_not_null) || has_proof_of_not_null(partition, column);
    };
    const bool is_proven = std::ranges::any_of(partition.constraints, proves) &&
                           std::ranges::all_of(parent.partition_key, is_never_null) &&
                           !leaves_bounds(partition, parent.partition_key, definition["bound"]);
    touch(Rule::table_scan, name, LockMode::access_exclusive, is_proven || is_default ? Work::none : Work::scan,
          fmt::format("no valid CHECK proves that its rows are within the bounds of its place in {}",
                      shown(parent.name)));
    // Rows for the new partition may be in the default one, and must not be.
    for (const auto& [other, sibling] : symbols_.relations)
        if (sibling.parent == parent.name && sibling.is_default_partition && other != name)
            touch(Rule::table_scan, other, LockMode::access_exclusive, Work::scan,
                  "its rows are compared with the bounds of the new partition");
    // Indexes of the parent that the partition does not have are built.
    for (const Index& index : parent.indexes) {
        const bool is_of_constraint = parent.find_constraint(index.name) != nullptr;
        const bool has_one = std::ranges::any_of(partition.indexes, [&](const Index& own) {
            // For the index of a constraint only one of a constraint will do.
            const bool fits = !is_of_constraint || partition.find_constraint(own.name) != nullptr;
            return fits && own.columns == index.columns && own.is_unique >= index.is_unique;
        });
        if (!has_one && partition.is_complete)
            touch(Rule::create_index, name, LockMode::access_exclusive, Work::scan,
                  fmt::format("it has no index like {} of {}, which is built", index.name, shown(parent.name)));
    }
    check_bounds(parent.name, name, definition["bound"]);
    partition.bound = definition["bound"];
    partition.parent = parent.name;
    partition.is_default_partition = is_default;
}

void Interpreter::detach_partition(Relation& parent, const Node& command) {
    const Node& definition = command["def"]["PartitionCmd"];
    const Name name = symbols_.resolve(definition["name"]);
    if (!definition.flag("concurrent")) touch(Rule::lock_timeout, name, LockMode::access_exclusive);
    Relation& partition = relation_or_unknown(name);
    if (partition.parent == parent.name) partition.parent.reset();
    partition.is_default_partition = false;
}

void Interpreter::set_persistence(Relation& relation, bool unlogged) {
    const bool is_known = relation.is_complete || relation.find_primary_key() != nullptr;
    if (is_known && relation.is_unlogged == unlogged) return;
    relation.is_unlogged = unlogged;
    touch(Rule::table_rewrite, relation.name, LockMode::access_exclusive, Work::rewrite,
          unlogged ? "it becomes UNLOGGED, and is empty after a crash" : "it becomes LOGGED");
}

void Interpreter::set_tablespace(Relation& relation, const Node& command) {
    const auto& tablespace = command.string("name");
    // Where most tables are already, and then nothing is copied.
    if (tablespace == "pg_default") return;
    touch(Rule::table_rewrite, relation.name, LockMode::access_exclusive, Work::rewrite,
          fmt::format("its file is copied into the tablespace {}", tablespace));
}

}  // namespace rev::lint
