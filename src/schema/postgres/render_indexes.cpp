// Indexes, and what of a key's index is set beside its constraint.
#include <algorithm>

#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"
#include "schema/postgres/parts.hpp"
#include "schema/postgres/render.hpp"

namespace rev::schema::postgres {
namespace {

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

std::vector<std::string> columns_in(const std::string& statistics) {
    std::vector<std::string> columns;
    for (const auto& target : split_sql_list(statistics)) columns.push_back(target.substr(0, target.find(' ')));
    return columns;
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

}  // namespace

std::string interim_name(const Fact& fact) {
    constexpr std::size_t longest = 55;
    return shortened(fact.id.name.back(), longest) + "__new";
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

Statements drop_index(const Fact& index, const RenderContext& context) {
    // The new one takes its place.
    if (is_replaced_online(index, context)) return {Statement{.sql = {}, .object = object_of(index)}};
    if (!is_made_concurrently(index, context)) return {};
    return {statement("DROP INDEX CONCURRENTLY " + index_name(index), index)};
}

void append_constraint_settings(Statements& statements, const Fact& before, const Fact& after,
                                const RenderContext& context) {
    append_index_options(statements, before, after);
    append_clustering(statements, before, after, context);
}

}  // namespace rev::schema::postgres
