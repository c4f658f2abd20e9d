#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "lint/expressions.hpp"
#include "lint/interpreter.hpp"

// What ADD COLUMN, ALTER COLUMN ... TYPE and SET NOT NULL do with the rows that are there.

namespace rev::lint {
namespace {

const Node& constraint_of(const Node& definition, std::string_view kind) {
    static const Node none;
    for (const Node& item : definition["constraints"].items())
        if (item["Constraint"].string("contype") == kind) return item["Constraint"];
    return none;
}

}  // namespace

Column Interpreter::column_of(const Node& definition) {
    Column column;
    column.name = definition.string("colname");
    column.type = type_of(definition["typeName"]);
    column.made_in = symbols_.plan;
    const Domain* domain = symbols_.find_domain(column.type);
    const Node& value = constraint_of(definition, "CONSTR_DEFAULT")["raw_expr"];
    // An explicit DEFAULT NULL overrules that of the domain.
    column.has_default = (value && !is_null_constant(value)) || (!value && domain != nullptr && domain->has_default) ||
                         is_serial(column.type) || static_cast<bool>(constraint_of(definition, "CONSTR_IDENTITY"));
    column.is_generated = static_cast<bool>(constraint_of(definition, "CONSTR_GENERATED"));
    column.is_identity = static_cast<bool>(constraint_of(definition, "CONSTR_IDENTITY"));
    column.computed_from = columns_in(constraint_of(definition, "CONSTR_GENERATED")["raw_expr"]);
    walk(value, [&](const Node& node) {
        if (node.name == "FuncCall" && node["funcname"].size() > 0)
            column.calls.insert(strings_of(node["funcname"]).back());
    });
    column.sequence = sequence_of(value);
    column.is_not_null = constraint_of(definition, "CONSTR_NOTNULL") || constraint_of(definition, "CONSTR_PRIMARY") ||
                         constraint_of(definition, "CONSTR_IDENTITY") || is_serial(column.type);
    // serial is no type, but an integer with a sequence for its default.
    if (is_serial(column.type)) {
        const bool is_big = column.type.name == "bigserial" || column.type.name == "serial8";
        const bool is_small = column.type.name == "smallserial" || column.type.name == "serial2";
        column.type.name = is_big ? "int8" : is_small ? "int2" : "int4";
    }
    return column;
}

/// What PostgreSQL refuses whatever rows there are.
void Interpreter::check_new_column(const Relation& relation, const Column& column, const Node& definition) {
    static constexpr std::array system =
        std::to_array<std::string_view>({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"});
    if (std::ranges::find(system, column.name) != system.end())
        fail(Rule::failed, fmt::format("{} is the name of a system column", column.name));
    if (relation.parent)
        fail(Rule::failed, fmt::format("{} is a partition: its columns are those of {}", shown(relation.name),
                                       shown(*relation.parent)));
    check_plain(constraint_of(definition, "CONSTR_DEFAULT")["raw_expr"], "a default");
}

/// Defaults and checks take no queries.
void Interpreter::check_plain(const Node& expression, std::string_view what) {
    bool asks = false;
    walk(expression, [&](const Node& node) { asks = asks || node.name == "SubLink"; });
    if (asks) fail(Rule::failed, fmt::format("{} takes no query", what));
}

/// serial and identity columns come with a sequence of their own.
void Interpreter::name_sequence(const Relation& relation, Column& column, const Node& definition) {
    if (!is_serial(type_of(definition["typeName"])) && !column.is_identity) return;
    column.sequence = (relation.name.schema == "public" ? std::string() : relation.name.schema + ".") +
                      relation.name.name + "_" + column.name + "_seq";
}

void Interpreter::add_column(Relation& relation, const Node& command) {
    const Node& definition = command["def"]["ColumnDef"];
    Column column = column_of(definition);
    if (relation.find_column(column.name) != nullptr) {
        if (!command.flag("missing_ok"))
            fail(Rule::existing_object,
                 fmt::format("table {} has a column {} already", shown(relation.name), column.name));
        return;
    }
    check_new_column(relation, column, definition);
    const Node& value = constraint_of(definition, "CONSTR_DEFAULT")["raw_expr"];
    std::string why;
    // The first reason is told; one is enough for the table to be written anew.
    if (is_serial(type_of(definition["typeName"]))) {
        why = fmt::format("each row gets a value of the sequence of column {}", column.name);
    } else if (constraint_of(definition, "CONSTR_IDENTITY")) {
        why = fmt::format("each row gets a value of the identity column {}", column.name);
    } else if (column.is_generated) {
        why = fmt::format("the generated column {} is computed for each row", column.name);
    } else if (value && is_volatile(value, symbols_)) {
        why = fmt::format("the default of column {} is volatile, and computed for each row", column.name);
    } else if (symbols_.has_constrained_domain(column.type)) {
        why = fmt::format("column {} has a domain with constraints, which are checked for each row", column.name);
    } else if (server_version_ < 11 && column.has_default) {
        // From 11 on, a default that is not volatile is kept once, in pg_attribute.attmissingval.
        why = fmt::format("before PostgreSQL 11 the default of column {} is written into each row", column.name);
    }
    const SqlType row_type{
        relation.name.schema == "public" ? std::string() : relation.name.schema, relation.name.name, {}, false};
    if (const auto users = columns_of_type(row_type); !why.empty() && !users.empty())
        fail(Rule::dependents, fmt::format("the rows of {} cannot be written anew while {} has its row type",
                                           shown(relation.name), users.front()));
    // A parent holds no rows itself, but those of its partitions are written.
    if (!why.empty())
        touch(Rule::table_rewrite, relation.name, LockMode::access_exclusive, Work::rewrite, std::move(why));
    check_immutable(constraint_of(definition, "CONSTR_GENERATED")["raw_expr"], relation, "a generated column");
    if (column.is_not_null && !column.has_default && !column.is_generated && is_old(relation))
        fail(Rule::not_null_column,
             fmt::format("column {} must not be NULL, and has no default for the rows of {} that are there",
                         column.name, shown(relation.name)));
    name_sequence(relation, column, definition);
    relation.columns.push_back(column);
    Column& added = relation.columns.back();
    const Column as_added = added;
    const Node copy_of_definition = definition;
    for (const Node& item : copy_of_definition["constraints"].items()) {
        const auto& kind = item["Constraint"].string("contype");
        if (kind == "CONSTR_CHECK" || kind == "CONSTR_UNIQUE" || kind == "CONSTR_PRIMARY" || kind == "CONSTR_FOREIGN")
            add_constraint(relation, item["Constraint"], &as_added);
    }
}

void Interpreter::add_column_constraints(Relation& relation, Column& column, const Node& definition) {
    const Column of = column;
    for (const Node& item : definition["constraints"].items()) {
        const auto& kind = item["Constraint"].string("contype");
        if (kind == "CONSTR_CHECK" || kind == "CONSTR_UNIQUE" || kind == "CONSTR_PRIMARY" || kind == "CONSTR_FOREIGN")
            add_constraint(relation, item["Constraint"], &of);
    }
}

bool Interpreter::has_column_or_fails(const Relation& relation, const std::string& column) {
    if (relation.find_column(column) != nullptr) return true;
    // Columns that are not known may well have this one.
    if (!relation.is_complete) return true;
    fail(Rule::missing_object, fmt::format("table {} has no column {}", shown(relation.name), column));
    return false;
}

TypeChange Interpreter::change_of(const SqlType& from, const SqlType& to, const Node& definition,
                                  const std::string& column) const {
    SqlType base_from = symbols_.base_of(from);
    const SqlType base_to = symbols_.base_of(to);
    // What a domain's values are limited to is not known where they are cast: numeric(5,2) is asked of them again.
    if (symbols_.find_domain(from) != nullptr && !(from == to)) base_from.modifiers.clear();
    const Node& value = definition["raw_default"];
    if (symbols_.has_constrained_domain(to) && !(from == to)) return TypeChange::rewrite;
    const auto is_column = [&](const Node& node) {
        const Node& fields = node["ColumnRef"]["fields"];
        return !fields.empty() && fields.items().back()["String"].string("sval") == column;
    };
    // USING column alone is the cast that happens without it.
    if (!value || is_column(value)) return change_between(base_from, base_to, false);
    const Node& cast = value["TypeCast"];
    // Any other expression is computed for each row, whatever it gives.
    if (!cast || !is_column(cast["arg"])) return TypeChange::rewrite;
    const SqlType between = symbols_.base_of(type_of(cast["typeName"]));
    return stronger(change_between(base_from, between, true), change_between(between, base_to, false));
}

void Interpreter::change_type(Relation& relation, const Node& command) {
    const auto& name = command.string("name");
    const Node& definition = command["def"]["ColumnDef"];
    const SqlType to = type_of(definition["typeName"]);
    if (!has_column_or_fails(relation, name)) return;
    Column* column = relation.find_column(name);
    if (column == nullptr || column->type.name.empty()) {
        touch(Rule::table_rewrite, relation.name, LockMode::access_exclusive, Work::rewrite,
              fmt::format("column {} gets the type {}, and nothing is known of the one it had", name, shown(to)));
        return;
    }
    check_dependents_of_type(relation, *column);
    const SqlType from = column->type;
    auto change = change_of(from, to, definition, name);
    const auto without_using = change_between(symbols_.base_of(from), symbols_.base_of(to), false);
    const bool is_enum = symbols_.find_enum(to) != nullptr && !(from == to);
    if (change == TypeChange::impossible || (is_enum && !definition.has("raw_default"))) {
        fail(Rule::type_cast,
             fmt::format("column {} cannot be cast automatically from {} to {}", name, shown(from), shown(to)));
    } else if (column->has_default && (without_using == TypeChange::impossible || is_enum)) {
        // The default is cast by itself, and USING is not asked for it.
        fail(Rule::type_cast,
             fmt::format("the default of column {} cannot be cast automatically to {}", name, shown(to)));
    }
    // Since PostgreSQL 12, in a session whose TimeZone is UTC, both types have the same bytes: then nothing is written
    // anew.
    if (change == TypeChange::time_zone) {
        change = session_.time_zone == Session::TimeZone::other ? TypeChange::rewrite : TypeChange::reindex;
        if (session_.time_zone == Session::TimeZone::unknown && is_old(relation))
            effects_.remarks.push_back(
                {Rule::table_rewrite,
                 fmt::format("column {} of {} changes between types with and without time zone: all rows are "
                             "written anew unless the session's time zone is UTC",
                             name, shown(relation.name))});
    }
    if (change == TypeChange::rewrite || change == TypeChange::impossible) {
        touch(Rule::table_rewrite, relation.name, LockMode::access_exclusive, Work::rewrite,
              fmt::format("column {} changes from {} to {}", name, shown(from), shown(to)));
    } else {
        recheck(relation, *column, to, change, definition.has("collClause"));
    }
    column->type = to;
}

/// What PostgreSQL does again though no value changes.
void Interpreter::recheck(const Relation& relation, const Column& column, const SqlType& type, TypeChange change,
                          bool collates) {
    for (const Constraint& constraint : relation.constraints) {
        const bool names_it = std::ranges::find(constraint.columns, column.name) != constraint.columns.end();
        if (constraint.kind == Constraint::Kind::check && constraint.is_valid && names_it)
            return touch(Rule::table_scan, relation.name, LockMode::access_exclusive, Work::scan,
                         fmt::format("the constraint {} names column {}, and is checked again for all rows",
                                     constraint.name, column.name));
    }
    for (const Index& index : relation.indexes) {
        if (!index.mentions.contains(column.name)) continue;
        const bool keeps = index.is_plain && change != TypeChange::reindex && !collates;
        if (!keeps)
            return touch(Rule::table_scan, relation.name, LockMode::access_exclusive, Work::scan,
                         fmt::format("index {} is built anew for {}", index.name, shown(type)));
    }
}

void Interpreter::check_dependents_of_type(const Relation& relation, const Column& column) {
    // PostgreSQL refuses these before it looks at a row.
    const auto views = views_on(relation.name, column.name);
    if (!views.empty())
        fail(Rule::dependents,
             fmt::format("the type of column {} cannot change while {} uses it", column.name, views[0]));
    for (const auto& [name, part] : relation.parts)
        if (part.columns.contains(column.name))
            fail(Rule::dependents, fmt::format("the type of column {} cannot change while {} {} names it", column.name,
                                               part.is_trigger ? "trigger" : "policy", name));
    for (const Column& other : relation.columns)
        if (other.computed_from.contains(column.name))
            fail(Rule::dependents,
                 fmt::format("the type of column {} cannot change while column {} is computed from it", column.name,
                             other.name));
    if (relation.partition_key.contains(column.name))
        fail(Rule::dependents,
             fmt::format("the type of column {} cannot change, as it is part of the partition key", column.name));
}

/// Indexes and generated columns take expressions that depend on nothing but their columns.
void Interpreter::check_immutable(const Node& expression, const Relation& relation, std::string_view what) {
    if (const auto culprit = find_mutable_part(expression, relation, symbols_))
        fail(Rule::failed, fmt::format("{} takes no expression that is not immutable: {}", what, *culprit));
}

void Interpreter::set_not_null(Relation& relation, const std::string& name) {
    if (!has_column_or_fails(relation, name)) return;
    Column* column = relation.find_column(name);
    if (column != nullptr && column->is_not_null) return;
    // Since 12, a valid CHECK that excludes NULL spares the reading of the table.
    const bool is_proven = server_version_ >= 12 && has_proof_of_not_null(relation, name);
    if (!is_proven)
        touch(Rule::table_scan, relation.name, LockMode::access_exclusive, Work::scan,
              fmt::format("no valid CHECK proves that column {} is not NULL, so all rows are read", name));
    if (column != nullptr) column->is_not_null = true;
}

}  // namespace rev::lint
