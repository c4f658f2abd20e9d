// Which change is made in place, and what stands in the way of it.
#include <algorithm>

#include "base/text.hpp"
#include "schema/postgres/enums.hpp"
#include "schema/postgres/items.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/parts.hpp"
#include "schema/postgres/render.hpp"

namespace rev::schema::postgres {
namespace {

bool same(const Fact& before, const Fact& after, std::initializer_list<const char*> attributes) {
    return std::ranges::none_of(attributes, [&](const char* name) { return differs(before, after, name); });
}

bool can_alter_table(const Fact& before, const Fact& after, int version) {
    // ALTER TABLE ... SET ACCESS METHOD is there since 15.
    constexpr int with_access_method = 150000;
    if (differs(before, after, "access method") && version < with_access_method) return false;
    // No ALTER makes a partitioned or a foreign table of a plain one, or moves a foreign table to another server.
    return same(before, after, {"kind", "partition by", "server"});
}

/// Since 17 a stored expression can be set; a column that begins to be generated is another column.
bool can_alter_generated(const Fact& before, const Fact& after, int version) {
    constexpr int with_set_expression = 170000;
    const auto& old_kind = attribute_of(before, "generated");
    const auto& kind = attribute_of(after, "generated");
    if (old_kind == kind)
        return kind.empty() || !differs(before, after, "expression") || version >= with_set_expression;
    // DROP EXPRESSION keeps the values as a plain column's. A virtual column has none that could be kept.
    return old_kind == "STORED" && kind.empty();
}

bool can_alter_constraint(const Fact& before, const Fact& after) {
    if (differs(before, after, "type") || base_definition(before) != base_definition(after)) return false;
    const auto foreign = attribute_of(after, "type") == "FOREIGN KEY";
    // ALTER CONSTRAINT sets these of foreign keys alone.
    if (!same(before, after, {"deferrable", "deferred", "not enforced"})) return foreign;
    // VALIDATE goes one way: what is valid does not become NOT VALID again.
    return !differs(before, after, "not valid") || attribute_of(after, "not valid").empty();
}

bool can_alter_index(const Fact& before, const Fact& after, const RenderContext& context) {
    if (!same(before, after, {"definition", "unique", "invalid"})) return false;
    // ALTER INDEX has ATTACH and no DETACH: an index leaves the whole's one only with its table's partition.
    const auto leaves = differs(before, after, "part of") && !attribute_of(before, "part of").empty();
    return !leaves || !after.parent || !keeps_partition(*after.parent, context);
}

/// Attributes can only be added behind the others.
bool can_alter_composite(const Fact& before, const Fact& after) {
    // New attributes come behind those that stay: what this makes has to be the order that is wanted.
    const auto names = split_sql_list(attribute_of(after, "order"));
    std::vector<std::string> reached;
    const auto old_names = split_sql_list(attribute_of(before, "order"));
    for (const auto& name : old_names)
        if (std::ranges::find(names, name) != names.end()) reached.push_back(name);
    for (const auto& name : names)
        if (std::ranges::find(old_names, name) == old_names.end()) reached.push_back(name);
    return reached == names;
}

bool can_alter_view(const Fact& before, const Fact& after) {
    const auto old_columns = split_sql_list(note_of(before, "columns"));
    const auto columns = split_sql_list(note_of(after, "columns"));
    // CREATE OR REPLACE VIEW can only add columns, behind those that are there.
    return old_columns.size() <= columns.size() && std::equal(old_columns.begin(), old_columns.end(), columns.begin());
}

bool can_alter_routine(const Fact& before, const Fact& after) {
    const auto same_note = [&](const char* name) { return note_of(before, name) == note_of(after, name); };
    return same_note("routine kind") && same_note("window") && same_note("result") && same_note("parameters") &&
           // CREATE OR REPLACE FUNCTION can add defaults and take none away.
           note_of(before, "defaults") <= note_of(after, "defaults");
}

bool can_alter_policy(const Fact& before, const Fact& after) {
    const auto lost = [&](const char* name) {
        return !attribute_of(before, name).empty() && attribute_of(after, name).empty();
    };
    // ALTER POLICY can set an expression and has no word for taking one away.
    return same(before, after, {"restrictive", "command"}) && !lost("using") && !lost("check");
}

bool can_validate(const Fact& before, const Fact& after) {
    const auto valid = [](const Fact& fact) {
        // The server writes NOT VALID at the end of the definition; the rest has to be the same constraint.
        auto text = attribute_of(fact, "definition");
        constexpr std::string_view suffix = " NOT VALID";
        if (text.ends_with(suffix)) text.resize(text.size() - suffix.size());
        return text;
    };
    return valid(before) == valid(after) && attribute_of(after, "not valid").empty();
}

}  // namespace

bool can_alter(const Fact& before, const Fact& after, const RenderContext& context) {
    switch (after.id.kind) {
        case Kind::table:
            return can_alter_table(before, after, context.version);
        case Kind::column:
            return can_alter_generated(before, after, context.version);
        case Kind::constraint:
            return can_alter_constraint(before, after);
        case Kind::index:
            return can_alter_index(before, after, context);
        case Kind::type_enum:
            // A label can be added, and cannot be taken away or moved.
            return only_adds_labels(before, after) && !context.remade.contains(after.id);
        case Kind::type_composite:
            return can_alter_composite(before, after);
        case Kind::domain:
            // ALTER DOMAIN sets the default and the constraints; the type below stays what it was.
            return same(before, after, {"type", "collation"});
        case Kind::domain_constraint:
            return can_validate(before, after);
        case Kind::view:
            return can_alter_view(before, after);
        case Kind::materialized_view:
            // There is no CREATE OR REPLACE for these.
            return same(before, after,
                        {"definition", "access method", "tablespace", "column statistics", "column storage"});
        case Kind::routine:
            return can_alter_routine(before, after);
        case Kind::operator_:
            return same(before, after, {"function", "commutator", "negator", "hashes", "merges"});
        case Kind::text_search_dictionary:
            return same(before, after, {"template"});
        case Kind::text_search_configuration:
            return same(before, after, {"parser"});
        case Kind::foreign_server:
            // ALTER SERVER sets the version and options alone.
            return same(before, after, {"type", "wrapper"});
        case Kind::publication:
            // Up to 18, FOR ALL TABLES is said only when a publication is made.
            return same(before, after, {"all tables"});
        case Kind::trigger:
        case Kind::rule:
        case Kind::statistics:
            return same(before, after, {"definition"});
        case Kind::policy:
            return can_alter_policy(before, after);
        case Kind::event_trigger:
            // ALTER EVENT TRIGGER enables and disables, and cannot say what the trigger is for.
            return same(before, after, {"event", "function", "tags"});
        case Kind::type_range:
        case Kind::base_type:
        case Kind::collation:
        case Kind::aggregate:
        case Kind::operator_class:
        case Kind::operator_family:
        case Kind::cast:
        case Kind::conversion:
        case Kind::language:
        case Kind::text_search_parser:
        case Kind::text_search_template:
        case Kind::publication_member:
        case Kind::partition:
            return false;
        default:
            return true;
    }
}

/// What the server refuses to carry along when a column's type changes, or carries along wrongly.
bool blocks_type_change(const Fact& dependent) {
    switch (dependent.id.kind) {
        case Kind::view:
        case Kind::materialized_view:
        case Kind::rule:
        case Kind::policy:
        case Kind::trigger:
        // A body of BEGIN ATOMIC is kept as a tree, which has the old type in it.
        case Kind::routine:
        // Its row filter may read the column.
        case Kind::publication_member:
        // The server casts a default itself, but only where an assignment would; for others it gives up.
        case Kind::column_default:
            return true;
        case Kind::column:
            return !attribute_of(dependent, "generated").empty();
        // The other side may change, too. Between the two statements no operator might compare them.
        case Kind::constraint:
            return attribute_of(dependent, "type") == "FOREIGN KEY";
        default:
            return false;
    }
}

bool can_stand_aside(Kind kind) {
    return kind == Kind::type_enum || kind == Kind::type_composite || kind == Kind::type_range ||
           kind == Kind::domain || kind == Kind::collation;
}

bool is_type(Kind kind) { return can_stand_aside(kind) && kind != Kind::collation; }

bool loses_expression(const Item& item) {
    return item.id().kind == Kind::column && item.before && item.after &&
           !attribute_of(*item.before, "generated").empty() && attribute_of(*item.after, "generated").empty();
}

bool changes_type(const Item& item) {
    return item.id().kind == Kind::column && item.before && item.after &&
           (differs(*item.before, *item.after, "type") || differs(*item.before, *item.after, "collation"));
}

}  // namespace rev::schema::postgres
