// What goes with a table and is made by a statement of its own.
#include <algorithm>

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
    // What it stands on must not wait for its going, and what is its table's goes with that one's.
    return note_of(*before, "inherited").empty() && note_of(*before, "part of").empty() &&
           note_of(*after, "part of").empty() && std::ranges::all_of(before->depends_on, is_same) &&
           std::ranges::all_of(after->depends_on, is_same);
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

/// ENFORCED or NOT ENFORCED, as it is in `after`: of a foreign key, which ALTER CONSTRAINT can change.
Statement set_enforced(const Fact& after) {
    const auto sql = alter_table(after) + " ALTER CONSTRAINT " + quote_name(after.id.name.back());
    if (!attribute_of(after, "not enforced").empty()) return statement(sql + " NOT ENFORCED", after);
    auto change = statement(sql + " ENFORCED", after, HazardKind::may_fail, "a row that breaks it stops it");
    change.hazards.push_back(
        {HazardKind::blocks_reads, after.id, "nobody reads the table while its rows are looked at"});
    return change;
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
        case Kind::index:
            return drop_index(fact, context);
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
