// What goes with a table and is made by a statement of its own.
#include <algorithm>

#include "base/text.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"
#include "schema/postgres/parts.hpp"
#include "schema/postgres/render.hpp"

namespace rev::schema::postgres {
namespace {

std::string drop_suffix(std::string text, std::string_view suffix) {
    if (text.ends_with(suffix)) text.resize(text.size() - suffix.size());
    return text;
}

std::string short_method(const std::string& definition) {
    // The server always writes the method; btree is what CREATE INDEX means without one.
    constexpr std::string_view usual = "USING btree ";
    return definition.starts_with(usual) ? definition.substr(usual.size()) : definition;
}

std::string index_name(const Fact& index) { return qualified(index.id.name); }

/// The server forgets it when another index of the table becomes the one.
bool is_clustered_otherwise(const Fact& fact, const RenderContext& context) {
    return std::ranges::any_of(context.after.facts(), [&](const Fact& other) {
        return other.id != fact.id && other.parent == fact.parent && !attribute_of(other, "clustered").empty();
    });
}

void append_clustering(Statements& statements, const Fact& before, const Fact& after, const RenderContext& context) {
    if (!differs(before, after, "clustered")) return;
    const auto alter = "ALTER TABLE " + qualified(after.parent->name);
    if (!attribute_of(after, "clustered").empty())
        statements.push_back(statement(alter + " CLUSTER ON " + quote_name(after.id.name.back()), after));
    else if (!is_clustered_otherwise(after, context))
        statements.push_back(statement(alter + " SET WITHOUT CLUSTER", after));
}

void append_index_settings(Statements& statements, const Fact& index) {
    for (const auto& target : split_sql_list(attribute_of(index, "statistics"))) {
        const auto blank = target.find(' ');
        statements.push_back(statement("ALTER INDEX " + index_name(index) + " ALTER COLUMN " + target.substr(0, blank) +
                                           " SET STATISTICS " + target.substr(blank + 1),
                                       index));
    }
}

/// Only an index of one table can be made while it is written to.
bool is_made_concurrently(const Fact& index, const RenderContext& context) {
    return context.online && note_of(index, "kind") != "I";
}

/// Only an index of the same name has to be moved out of the way, and only one of the same table can be so.
bool is_replaced_online(const Fact& index, const RenderContext& context) {
    const auto* before = context.before.find(index.id);
    const auto* after = context.after.find(index.id);
    return context.online && before && after && before->parent == after->parent &&
           note_of(*before, "whole") == note_of(*after, "whole");
}

std::vector<const Fact*> parts_of(const Fact& index, const Model& model) {
    std::vector<const Fact*> parts;
    for (const auto& part : model.facts())
        if (part.id.kind == Kind::index && split_parts(note_of(part, "whole")) == index.id.name) parts.push_back(&part);
    return parts;
}

/// Whether the server could take an index of a partition for a part that is none.
bool has_double(const Fact& index, const RenderContext& context) {
    return std::ranges::any_of(parts_of(index, context.after), [&](const Fact* part) {
        const auto is_double = [&](const Fact& other) {
            return other.id.kind == Kind::index && other.id != part->id && other.parent == part->parent &&
                   !differs(other, *part, "definition") && !differs(other, *part, "unique");
        };
        return std::ranges::any_of(context.before.facts(), is_double) ||
               std::ranges::any_of(context.after.facts(), is_double);
    });
}

std::string create_index_named(const Fact& index, const std::string& name, const RenderContext& context) {
    std::string sql = attribute_of(index, "unique").empty() ? "CREATE INDEX " : "CREATE UNIQUE INDEX ";
    if (is_made_concurrently(index, context)) sql += "CONCURRENTLY ";
    sql += quote_name(name) + " ON ";
    // ON ONLY: it becomes valid when every partition has its part.
    const auto of_whole = note_of(index, "kind") == "I";
    if (of_whole && (!attribute_of(index, "invalid").empty() || has_double(index, context))) sql += "ONLY ";
    sql += note_of(index, "table") + ' ' + short_method(attribute_of(index, "definition"));
    if (const auto& space = attribute_of(index, "tablespace"); !space.empty()) {
        // The clause stands before WHERE, which the definition may end with.
        const auto where = sql.rfind(" WHERE ");
        sql.insert(where == std::string::npos ? sql.size() : where, " TABLESPACE " + space);
    }
    return sql;
}

std::string interim_name(const Fact& fact) {
    constexpr std::size_t longest = 55;
    return shortened(fact.id.name.back(), longest) + "__new";
}

void append_final_names(Statements& statements, const Fact& index, const RenderContext& context) {
    statements.push_back(statement("ALTER INDEX " + qualified(std::vector{index.id.name.front(), interim_name(index)}) +
                                       " RENAME TO " + quote_name(index.id.name.back()),
                                   index));
    for (const auto* part : parts_of(index, context.after)) append_final_names(statements, *part, context);
}

/// Parts are made before the whole, which takes them by itself where it can tell them.
void append_attached_parts(Statements& statements, const Fact& index, const RenderContext& context) {
    if (note_of(index, "kind") != "I" || !attribute_of(index, "invalid").empty() || !has_double(index, context)) return;
    const auto named = [&](const Fact& fact) {
        return qualified(std::vector{fact.id.name.front(),
                                     is_replaced_online(fact, context) ? interim_name(fact) : fact.id.name.back()});
    };
    for (const auto* part : parts_of(index, context.after))
        statements.push_back(statement("ALTER INDEX " + named(index) + " ATTACH PARTITION " + named(*part), index));
}

/// In place of one that is in use: the new one first, then its name. Those of partitions come first, and go with the
/// whole's.
Statements replace_index(const Fact& index, const RenderContext& context) {
    Statements statements = {statement(create_index_named(index, interim_name(index), context), index)};
    append_attached_parts(statements, index, context);
    if (!note_of(index, "whole").empty()) return statements;
    const auto* drop = is_made_concurrently(index, context) ? "DROP INDEX CONCURRENTLY " : "DROP INDEX ";
    statements.push_back(statement(drop + index_name(index), index));
    append_final_names(statements, index, context);
    return statements;
}

Statements create_index(const Fact& index, const RenderContext& context) {
    Statements statements;
    if (is_replaced_online(index, context)) {
        statements = replace_index(index, context);
    } else {
        statements.push_back(statement(create_index_named(index, index.id.name.back(), context), index));
        if (!is_made_concurrently(index, context) && index.parent && context.before.find(*index.parent))
            statements.back().hazards.push_back(
                {HazardKind::blocks_writes, index.id, "nobody writes to the table while the index is built"});
        append_attached_parts(statements, index, context);
    }
    append_index_settings(statements, index);
    append_clustering(statements, Fact{index.id, index.parent, {}, {}, {}}, index, context);
    return statements;
}

std::vector<std::string> columns_in(const std::string& statistics) {
    std::vector<std::string> columns;
    for (const auto& target : split_sql_list(statistics)) columns.push_back(target.substr(0, target.find(' ')));
    return columns;
}

Statements alter_index(const Fact& before, const Fact& after, const RenderContext& context) {
    Statements statements;
    if (differs(before, after, "statistics")) {
        const auto kept = columns_in(attribute_of(after, "statistics"));
        // -1 is what a column has of which nothing was said.
        for (const auto& column : columns_in(attribute_of(before, "statistics")))
            if (std::ranges::find(kept, column) == kept.end())
                statements.push_back(statement(
                    "ALTER INDEX " + index_name(after) + " ALTER COLUMN " + column + " SET STATISTICS -1", after));
    }
    if (differs(before, after, "statistics")) append_index_settings(statements, after);
    append_clustering(statements, before, after, context);
    if (differs(before, after, "tablespace")) {
        const auto& space = attribute_of(after, "tablespace");
        statements.push_back(statement(
            "ALTER INDEX " + index_name(after) + " SET TABLESPACE " + (space.empty() ? "pg_default" : space), after));
    }
    // A new index of the whole, or a new partition, takes what fits by itself.
    const auto whole = split_parts(note_of(after, "whole"));
    if (differs(before, after, "part of") && !whole.empty() && context.before.find({Kind::index, whole}) &&
        keeps_partition(*after.parent, context))
        statements.push_back(
            statement("ALTER INDEX " + qualified(whole) + " ATTACH PARTITION " + index_name(after), after));
    return statements;
}

void append_index_options(Statements& statements, const Fact& before, const Fact& after) {
    // The index of a key has the constraint's name and the table's schema.
    const auto alter = "ALTER INDEX " + qualified(std::vector{after.id.name.front(), after.id.name.back()});
    const auto change = change_options(attribute_of(before, "index options"), attribute_of(after, "index options"));
    if (!change.set.empty()) statements.push_back(statement(alter + " SET (" + change.set + ')', after));
    if (!change.reset.empty()) statements.push_back(statement(alter + " RESET (" + change.reset + ')', after));
    if (!differs(before, after, "tablespace")) return;
    const auto& space = attribute_of(after, "tablespace");
    statements.push_back(statement(alter + " SET TABLESPACE " + (space.empty() ? "pg_default" : space), after));
}

/// "UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b)" as an index: "(a) INCLUDE (b) NULLS NOT DISTINCT".
std::string key_of_constraint(const Fact& constraint) {
    auto text = base_definition(constraint);
    text.erase(0, attribute_of(constraint, "type").size() + 1);
    constexpr std::string_view not_distinct = "NULLS NOT DISTINCT ";
    if (!text.starts_with(not_distinct)) return text;
    return text.substr(not_distinct.size()) + " NULLS NOT DISTINCT";
}

/// A key of a partitioned table takes what its partitions have by then, and a foreign key likewise.
bool is_added_online(const Fact& constraint, const RenderContext& context) {
    const auto& type = attribute_of(constraint, "type");
    const auto& kind = note_of(constraint, "table kind");
    // What is not enforced has nothing to validate, and EXCLUDE has no form that takes its index later.
    return context.online && (kind == "r" || (kind == "p" && type == "CHECK")) && type != "EXCLUDE" &&
           attribute_of(constraint, "definition").find("WITHOUT OVERLAPS") == std::string::npos &&
           attribute_of(constraint, "not enforced").empty();
}

/// Whether the old one goes in the statement that brings the new one, so that there is always one.
bool is_swapped_online(const FactId& id, const RenderContext& context) {
    const auto* before = context.before.find(id);
    const auto* after = context.after.find(id);
    if (!before || !after || !is_added_online(*before, context) || !is_added_online(*after, context)) return false;
    const auto is_same = [&](const FactId& needed) {
        const auto* old_one = context.before.find(needed);
        const auto* new_one = context.after.find(needed);
        return old_one && new_one && *old_one == *new_one;
    };
    // What it stands on must not wait for its going.
    return note_of(*before, "part of").empty() && note_of(*after, "part of").empty() &&
           std::ranges::all_of(before->depends_on, is_same) && std::ranges::all_of(after->depends_on, is_same);
}

/// A key is an index first; other constraints are checked when they stand already.
Statements add_constraint_online(const Fact& constraint, const RenderContext& context) {
    const auto name = quote_name(constraint.id.name.back());
    const auto& type = attribute_of(constraint, "type");
    const auto swapped = is_swapped_online(constraint.id, context);
    const auto add = alter_table(constraint) + (swapped ? " DROP CONSTRAINT " + name + "," : std::string()) +
                     " ADD CONSTRAINT " + name + ' ';
    Statements statements;
    if (type == "UNIQUE" || type == "PRIMARY KEY") {
        std::string deferring;
        if (!attribute_of(constraint, "deferrable").empty()) deferring += " DEFERRABLE";
        if (!attribute_of(constraint, "deferred").empty()) deferring += " INITIALLY DEFERRED";
        // The index takes the constraint's name.
        const auto index = swapped ? quote_name(interim_name(constraint)) : name;
        statements.push_back(statement("CREATE UNIQUE INDEX CONCURRENTLY " + index + " ON " + table_of(constraint) +
                                           ' ' + key_of_constraint(constraint),
                                       constraint, HazardKind::may_fail, "values that are there twice stop it"));
        statements.push_back(statement(add + type + " USING INDEX " + index + deferring, constraint));
        return statements;
    }
    const auto& definition = attribute_of(constraint, "definition");
    if (!attribute_of(constraint, "not valid").empty()) return {statement(add + definition, constraint)};
    // ADD looks at no row, so that its strong lock is held for a moment only; VALIDATE looks, and hinders no writer.
    statements.push_back(statement(add + definition + " NOT VALID", constraint));
    statements.push_back(statement(alter_table(constraint) + " VALIDATE CONSTRAINT " + name, constraint,
                                   HazardKind::may_fail, "a row that breaks it stops it"));
    return statements;
}

/// Where nobody was to wait, it is said that somebody has to. The whole's constraint takes those of its partitions in a
/// moment.
void append_online_hazard(Statement& add, const Fact& constraint, const RenderContext& context) {
    const auto takes_parts = context.online && note_of(constraint, "table kind") == "p";
    const auto is_there = constraint.parent && context.before.find(*constraint.parent);
    if (!context.options.online || takes_parts || !is_there || !attribute_of(constraint, "not enforced").empty())
        return;
    if (attribute_of(constraint, "type") == "FOREIGN KEY")
        add.hazards.push_back(
            {HazardKind::blocks_writes, constraint.id, "nobody writes to the table while its rows are looked at"});
    else
        add.hazards.push_back(
            {HazardKind::blocks_reads, constraint.id, "nobody reads the table while its rows are looked at"});
}

Statements create_constraint(const Fact& constraint, const RenderContext& context) {
    if (is_added_online(constraint, context)) {
        auto statements = add_constraint_online(constraint, context);
        append_constraint_settings(statements, Fact{constraint.id, constraint.parent, {}, {}, {}}, constraint, context);
        return statements;
    }
    const auto name = quote_name(constraint.id.name.back());
    auto add = statement(
        alter_table(constraint) + " ADD CONSTRAINT " + name + ' ' + attribute_of(constraint, "definition"), constraint);
    if (attribute_of(constraint, "not valid").empty()) {
        add.hazards.push_back({HazardKind::may_fail, constraint.id, "a row that breaks it stops it"});
        append_online_hazard(add, constraint, context);
    }
    Statements statements = {add};
    append_constraint_settings(statements, Fact{constraint.id, constraint.parent, {}, {}, {}}, constraint, context);
    return statements;
}

Statements alter_constraint(const Fact& before, const Fact& after, const RenderContext& context) {
    Statements statements;
    const auto name = quote_name(after.id.name.back());
    const auto alter = alter_table(after) + ' ';
    if (differs(before, after, "deferrable") || differs(before, after, "deferred")) {
        std::string sql = alter + "ALTER CONSTRAINT " + name;
        sql += attribute_of(after, "deferrable").empty() ? " NOT DEFERRABLE" : " DEFERRABLE";
        if (!attribute_of(after, "deferrable").empty())
            sql += attribute_of(after, "deferred").empty() ? " INITIALLY IMMEDIATE" : " INITIALLY DEFERRED";
        statements.push_back(statement(sql, after));
    }
    if (differs(before, after, "not enforced"))
        statements.push_back(set_enforced(after));
    else if (differs(before, after, "not valid") && attribute_of(after, "not valid").empty())
        statements.push_back(statement(alter + "VALIDATE CONSTRAINT " + name, after, HazardKind::may_fail,
                                       "a row that breaks it stops it"));
    append_constraint_settings(statements, before, after, context);
    return statements;
}

/// "ALTER TABLE t DISABLE TRIGGER n"; views have triggers too, and only ALTER TABLE for them.
Statement set_enabled(const Fact& fact, const char* what) {
    return statement("ALTER TABLE " + table_of(fact) + ' ' + enabled_words(fact) + ' ' + what + ' ' +
                         quote_name(fact.id.name.back()),
                     fact);
}

/// ONLY: those of its own partitions have states of their own.
Statement set_state_of_part(const Fact& fact, const std::string& state) {
    return statement("ALTER TABLE ONLY " + table_of(fact) + ' ' + state + " TRIGGER " + quote_name(fact.id.name.back()),
                     fact);
}

/// Back to that of the whole, which is there still.
Statements drop_state_of_part(const Fact& fact, const RenderContext& context) {
    for (const auto& id : fact.depends_on) {
        // It comes again behind what it stands on.
        if (context.after.find(fact.id)) break;
        const auto* whole = id.kind == Kind::trigger ? context.after.find(id) : nullptr;
        if (whole) return {set_state_of_part(fact, enabled_words(*whole))};
    }
    return {Statement{.sql = {}, .object = object_of(fact)}};
}

Statements create_with_state(const Fact& fact, const char* what) {
    if (is_trigger_state(fact)) return {set_state_of_part(fact, enabled_words(fact))};
    Statements statements = {statement(attribute_of(fact, "definition"), fact)};
    if (!attribute_of(fact, "enabled").empty()) statements.push_back(set_enabled(fact, what));
    return statements;
}

std::string policy_clauses(const Fact& policy) {
    std::string text;
    if (const auto& condition = attribute_of(policy, "using"); !condition.empty())
        text += "\n    USING (" + condition + ')';
    if (const auto& check = attribute_of(policy, "check"); !check.empty()) text += "\n    WITH CHECK (" + check + ')';
    return text;
}

std::string policy_roles(const Fact& policy) {
    const auto& roles = attribute_of(policy, "roles");
    return roles.empty() ? "PUBLIC" : roles;
}

Statements create_policy(const Fact& policy) {
    std::string sql = "CREATE POLICY " + quote_name(policy.id.name.back()) + " ON " + table_of(policy);
    if (!attribute_of(policy, "restrictive").empty()) sql += "\n    AS RESTRICTIVE";
    if (const auto& command = attribute_of(policy, "command"); !command.empty()) sql += "\n    FOR " + command;
    if (!attribute_of(policy, "roles").empty()) sql += "\n    TO " + policy_roles(policy);
    return {statement(sql + policy_clauses(policy), policy)};
}

Statements alter_policy(const Fact& before, const Fact& after) {
    std::string sql = "ALTER POLICY " + quote_name(after.id.name.back()) + " ON " + table_of(after);
    if (differs(before, after, "roles")) sql += "\n    TO " + policy_roles(after);
    return {statement(sql + policy_clauses(after), after)};
}

Statements create_statistics(const Fact& fact) {
    const auto name = qualified(fact.id.name);
    Statements statements = {statement("CREATE STATISTICS " + name + ' ' + attribute_of(fact, "definition"), fact)};
    if (const auto& target = attribute_of(fact, "target"); !target.empty())
        statements.push_back(statement("ALTER STATISTICS " + name + " SET STATISTICS " + target, fact));
    return statements;
}

std::string default_of(const Fact& fact, const RenderContext& context) {
    auto alter = alter_table(fact);
    // The partitions' and heirs' own defaults are facts of their own.
    if (fact.parent && fact.parent->kind == Kind::column && has_children(object_of(fact), context))
        alter.insert(alter.find("TABLE ") + 6, "ONLY ");
    return alter + " ALTER COLUMN " + quote_name(fact.id.name.back());
}

std::string heir(const Fact& fact) { return "ALTER TABLE " + table_of(fact) + ' '; }
std::string ancestor(const Fact& fact) { return qualified(std::span(fact.id.name).subspan(2)); }

}  // namespace

void append_constraint_settings(Statements& statements, const Fact& before, const Fact& after,
                                const RenderContext& context) {
    append_index_options(statements, before, after);
    append_clustering(statements, before, after, context);
}

bool has_children(const FactId& table, const RenderContext& context) {
    const auto is_child = [&](const Fact& fact) {
        return (fact.id.kind == Kind::partition || fact.id.kind == Kind::inheritance) &&
               std::ranges::find(fact.depends_on, table) != fact.depends_on.end();
    };
    return std::ranges::any_of(context.before.facts(), is_child) ||
           std::ranges::any_of(context.after.facts(), is_child);
}

bool keeps_partition(const FactId& table, const RenderContext& context) {
    const auto* before = context.before.find({Kind::partition, table.name});
    const auto* after = context.after.find({Kind::partition, table.name});
    return before && after && *before == *after;
}

/// In the order in which pg_get_constraintdef() puts them behind, from the last one on.
std::string base_definition(const Fact& constraint) {
    auto text = drop_suffix(attribute_of(constraint, "definition"), " NOT VALID");
    text = drop_suffix(text, " NOT ENFORCED");
    if (!attribute_of(constraint, "deferred").empty()) text = drop_suffix(text, " INITIALLY DEFERRED");
    if (!attribute_of(constraint, "deferrable").empty()) text = drop_suffix(text, " DEFERRABLE");
    return text;
}

Statements create_table_part(const Fact& fact, const RenderContext& context) {
    switch (fact.id.kind) {
        case Kind::column_default:
            return {statement(default_of(fact, context) + " SET DEFAULT " + attribute_of(fact, "expression"), fact)};
        case Kind::constraint:
            return create_constraint(fact, context);
        case Kind::index:
            return create_index(fact, context);
        case Kind::trigger:
            return create_with_state(fact, "TRIGGER");
        case Kind::rule:
            return create_with_state(fact, "RULE");
        case Kind::policy:
            return create_policy(fact);
        case Kind::statistics:
            return create_statistics(fact);
        case Kind::partition:
            return attach_partition(fact, context);
        case Kind::inheritance:
            return {statement(heir(fact) + "INHERIT " + ancestor(fact), fact)};
        default:
            return {};
    }
}

Statements drop_table_part(const Fact& fact, const RenderContext& context) {
    switch (fact.id.kind) {
        case Kind::column:
            return {statement(alter_table(fact) + " DROP COLUMN " + quote_name(fact.id.name.back()), fact,
                              HazardKind::deletes_data, "the column's values are lost")};
        case Kind::column_default:
            return {statement(default_of(fact, context) + " DROP DEFAULT", fact)};
        case Kind::index: {
            // The new one takes its place.
            if (is_replaced_online(fact, context)) return {Statement{.sql = {}, .object = object_of(fact)}};
            if (!is_made_concurrently(fact, context)) return {};
            return {statement("DROP INDEX CONCURRENTLY " + index_name(fact), fact)};
        }
        case Kind::constraint:
            if (is_swapped_online(fact.id, context)) return {Statement{.sql = {}, .object = object_of(fact)}};
            return {statement(alter_table(fact) + " DROP CONSTRAINT " + quote_name(fact.id.name.back()), fact)};
        case Kind::partition:
            return detach_partition(fact, context);
        case Kind::trigger:
            return is_trigger_state(fact) ? drop_state_of_part(fact, context) : Statements{};
        case Kind::inheritance:
            return {statement(heir(fact) + "NO INHERIT " + ancestor(fact), fact)};
        default:
            return {};
    }
}

Statements alter_table_part(const Fact& before, const Fact& after, const RenderContext& context) {
    switch (after.id.kind) {
        case Kind::column_default:
            return create_table_part(after, context);
        case Kind::constraint:
            return alter_constraint(before, after, context);
        case Kind::index:
            return alter_index(before, after, context);
        case Kind::trigger:
            if (is_trigger_state(after)) return {set_state_of_part(after, enabled_words(after))};
            return {set_enabled(after, "TRIGGER")};
        case Kind::rule:
            return {set_enabled(after, "RULE")};
        case Kind::policy:
            return alter_policy(before, after);
        case Kind::statistics: {
            const auto& target = attribute_of(after, "target");
            return {statement(
                "ALTER STATISTICS " + qualified(after.id.name) + " SET STATISTICS " + (target.empty() ? "-1" : target),
                after)};
        }
        default:
            return {};
    }
}

}  // namespace rev::schema::postgres
