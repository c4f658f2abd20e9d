// ALTER TABLE ... ALTER COLUMN.
#include <algorithm>

#include "schema/postgres/casts.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"
#include "schema/postgres/parts.hpp"
#include "schema/postgres/render.hpp"

namespace rev::schema::postgres {
namespace {

std::string alter_column_of(const Fact& column) {
    return alter_table(column) + " ALTER COLUMN " + quote_name(column.id.name.back()) + ' ';
}

std::string type_clause(const Fact& column) {
    const auto& collation = attribute_of(column, "collation");
    return "TYPE " + attribute_of(column, "type") + (collation.empty() ? "" : " COLLATE " + collation);
}

const UsingExpression* find_hint(const Fact& column, const RenderContext& context) {
    const auto& hints = context.options.hints.using_expressions;
    const auto found = std::ranges::find(hints, column.id, &UsingExpression::column);
    return found == hints.end() ? nullptr : &*found;
}

/// An array's elements go through an array of text.
std::string through_text(const std::string& name, const std::string& old_type, const std::string& type) {
    const auto as_text = old_type.ends_with("[]") && type.ends_with("[]") ? "::text[]::" : "::text::";
    return name + as_text + type;
}

const Fact* find_composite(const std::string& type, const Model& model) {
    const auto facts = model.facts();
    const auto found = std::ranges::find_if(facts, [&](const Fact& fact) {
        return fact.id.kind == Kind::type_composite && qualified(fact.id.name) == type;
    });
    return found == facts.end() ? nullptr : &*found;
}

const Fact* find_attribute(const Fact& composite, std::string_view written, const Model& model) {
    const auto facts = model.facts();
    const auto found = std::ranges::find_if(facts, [&](const Fact& fact) {
        return fact.id.kind == Kind::attribute && fact.parent == composite.id &&
               quote_name(fact.id.name.back()) == written;
    });
    return found == facts.end() ? nullptr : &*found;
}

std::string_view element_of(std::string_view type) {
    while (type.ends_with("[]")) type.remove_suffix(2);
    return type;
}

enum class Elements { left_out, looked_at };

/// Whether a composite type, or one that is in it, has its attributes in other places than before.
bool changes_places(std::string_view type, Elements elements, const RenderContext& context) {
    const std::string name(elements == Elements::looked_at ? element_of(type) : type);
    const auto* before = find_composite(name, context.before);
    const auto* after = find_composite(name, context.after);
    if (!before || !after) return false;
    if (attribute_of(*before, "order") != attribute_of(*after, "order")) return true;
    return std::ranges::any_of(split_sql_list(attribute_of(*after, "order")), [&](const std::string& written) {
        const auto* attribute = find_attribute(*after, written, context.after);
        return attribute && changes_places(attribute_of(*attribute, "type"), elements, context);
    });
}

/// A row of a type that is made anew. As text it would keep its attributes by their places: where they are others, each
/// is taken by its name. Empty: they are the same.
std::string through_row(const std::string& value, const std::string& type, const RenderContext& context) {
    if (!changes_places(type, Elements::left_out, context)) return {};
    const auto* after = find_composite(type, context.after);
    const auto kept = split_sql_list(attribute_of(*find_composite(type, context.before), "order"));
    std::string values;
    for (const auto& written : split_sql_list(attribute_of(*after, "order"))) {
        if (!values.empty()) values += ", ";
        if (std::ranges::find(kept, written) == kept.end()) {
            values += "NULL";
            continue;
        }
        const auto taken = '(' + value + ")." + written;
        const auto* attribute = find_attribute(*after, written, context.after);
        const auto its_type = attribute ? attribute_of(*attribute, "type") : std::string();
        const auto row = through_row(taken, its_type, context);
        if (!row.empty())
            values += row;
        else
            values += its_type.empty() ? taken : through_text(taken, its_type, its_type);
    }
    return "CASE WHEN " + value + " IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW(" + values + ")::" + type + " END";
}

void empty_column(Statement& change, const Fact& before, const Fact& after) {
    const auto name = quote_name(after.id.name.back());
    change.sql += " USING NULL::" + attribute_of(after, "type");
    change.hazards.push_back(
        {HazardKind::empties_column, after.id,
         "nothing turns " + attribute_of(before, "type") + " into " + attribute_of(after, "type") + ": " + name +
             " comes out empty; write `-- rev:using EXPRESSION` at the end of its line to keep it"});
}

void add_conversion(Statement& change, const Fact& before, const Fact& after, const RenderContext& context) {
    const auto& old_type = attribute_of(before, "type");
    const auto& type = attribute_of(after, "type");
    const auto name = quote_name(after.id.name.back());
    switch (find_conversion(old_type, type, context.before, context.after)) {
        case Conversion::assignment:
            return;
        case Conversion::explicit_cast:
            change.sql += " USING " + name + "::" + type;
            break;
        case Conversion::through_integer:
            change.sql += " USING " + name + "::integer::" + type;
            break;
        case Conversion::through_text:
            change.sql += " USING " + through_text(name, old_type, type);
            break;
        // Each way back undoes the way there: the text's own bytes, or the digits that the server writes for bytes.
        case Conversion::to_bytes:
            if (context.upgrade) {
                change.sql += " USING convert_to(" + name + ", 'UTF8')";
                return;
            }
            change.sql += " USING " + name + "::" + type;
            break;
        case Conversion::from_bytes:
            if (context.upgrade) return;
            change.sql += " USING convert_from(" + name + ", 'UTF8')";
            break;
        case Conversion::from_address:
            change.sql += " USING abbrev(" + name + ")";
            return;
        case Conversion::none:
            empty_column(change, before, after);
            return;
    }
    change.hazards.push_back({HazardKind::may_fail, after.id, "a value that is no " + type + " stops it"});
}

const std::string& not_null_name(const Fact& column) {
    const auto& name = attribute_of(column, "not null name");
    return name.empty() ? note_of(column, "not null constraint") : name;
}

/// 18 has NOT NULL constraints with names.
void set_not_null_online(Statements& statements, const Fact& after, int version) {
    constexpr int not_null_can_be_validated = 180000;
    const auto column = quote_name(after.id.name.back());
    const auto recent = version >= not_null_can_be_validated;
    const auto name = recent ? not_null_name(after)
                             // Below 63 bytes, whatever the names.
                             : shortened(after.id.name[1], 30) + '_' + shortened(after.id.name[2], 20) + "_is_set";
    const auto alter = alter_table(after) + ' ';
    statements.push_back(
        statement((recent ? add_not_null(after)
                          : alter + "ADD CONSTRAINT " + quote_name(name) + " CHECK (" + column + " IS NOT NULL)") +
                      " NOT VALID",
                  after));
    statements.push_back(statement(alter + "VALIDATE CONSTRAINT " + quote_name(name), after, HazardKind::may_fail,
                                   "a row without a value stops it"));
    // Before 18 SET NOT NULL looks at all rows under a lock on everybody, unless a valid CHECK says it already. So that
    // is made first, and goes again.
    if (recent) return;
    statements.push_back(statement(alter_column_of(after) + "SET NOT NULL", after));
    statements.push_back(statement(alter + "DROP CONSTRAINT " + quote_name(name), after));
}

void change_not_null(Statements& statements, const Fact& before, const Fact& after, const RenderContext& context) {
    const auto comes = differs(before, after, "not null") && !attribute_of(after, "not null").empty();
    if (context.online && comes && attribute_of(after, "not null not valid").empty() &&
        note_of(after, "table kind") != "f")
        return set_not_null_online(statements, after, context.version);
    const auto alter = alter_column_of(after);
    const auto& name = attribute_of(after, "not null name");
    if (differs(before, after, "not null")) {
        if (attribute_of(after, "not null").empty()) {
            statements.push_back(drop_not_null(after));
            return;
        }
        const auto plain = name.empty() && !context.not_null_to_name.contains(after.id) &&
                           attribute_of(after, "not null not valid").empty() &&
                           attribute_of(after, "not null no inherit").empty();
        auto sql = alter + "SET NOT NULL";
        if (!plain) {
            sql = add_not_null(after);
            if (!attribute_of(after, "not null not valid").empty()) sql += " NOT VALID";
        }
        statements.push_back(statement(sql, after, HazardKind::may_fail, "a row without a value stops it"));
        if (context.options.online && attribute_of(after, "not null not valid").empty())
            statements.back().hazards.push_back(
                {HazardKind::blocks_reads, after.id, "nobody reads the table while its rows are looked at"});
        return;
    }
    const auto& old_name = note_of(before, "not null constraint");
    const auto& new_name = note_of(after, "not null constraint");
    if (differs(before, after, "not null name") && !old_name.empty() && old_name != new_name)
        statements.push_back(statement(
            alter_table(after) + " RENAME CONSTRAINT " + quote_name(old_name) + " TO " + quote_name(new_name), after));
    if (differs(before, after, "not null not valid") && attribute_of(after, "not null not valid").empty())
        statements.push_back(statement(alter_table(after) + " VALIDATE CONSTRAINT " + quote_name(new_name), after,
                                       HazardKind::may_fail, "a row without a value stops it"));
    if (differs(before, after, "not null not valid") && !attribute_of(after, "not null not valid").empty()) {
        // What was valid cannot be made NOT VALID again.
        statements.push_back(statement(alter + "DROP NOT NULL", after));
        statements.push_back(statement(add_not_null(after) + " NOT VALID", after));
        return;
    }
    if (differs(before, after, "not null no inherit"))
        statements.push_back(
            statement(alter_table(after) + " ALTER CONSTRAINT " + quote_name(new_name) +
                          (attribute_of(after, "not null no inherit").empty() ? " INHERIT" : " NO INHERIT"),
                      after, HazardKind::blocks_reads, "the rows of its heirs are looked at, and nobody reads them"));
}

std::string added_identity(const Fact& after) {
    std::string options;
    if (const auto& sequence = attribute_of(after, "identity sequence"); !sequence.empty())
        options += " SEQUENCE NAME " + sequence;
    options += sequence_options(after, "identity ");
    return "ADD GENERATED " + attribute_of(after, "identity") + " AS IDENTITY" +
           (options.empty() ? "" : " (" + options.substr(1) + ')');
}

void change_identity(Statements& statements, const Fact& before, const Fact& after) {
    const auto alter = alter_column_of(after);
    const auto& old_identity = attribute_of(before, "identity");
    const auto& identity = attribute_of(after, "identity");
    if (!old_identity.empty() && identity.empty()) statements.push_back(statement(alter + "DROP IDENTITY", after));
    if (old_identity.empty() && !identity.empty())
        statements.push_back(statement(alter + added_identity(after), after));
    if (old_identity.empty() || identity.empty()) return;
    const auto old_name = identity_sequence_of(before);
    const auto name = identity_sequence_of(after);
    if (old_name != name)
        statements.push_back(
            statement("ALTER SEQUENCE " + old_name + " RENAME TO " + name.substr(name.rfind('.') + 1), after));
    std::string changes;
    if (old_identity != identity) changes += " SET GENERATED " + identity;
    changes += change_sequence(before, after, "identity ", "SET ");
    if (!changes.empty()) statements.push_back(statement(alter + changes.substr(1), after));
    if (differs(before, after, "identity unlogged"))
        statements.push_back(statement("ALTER SEQUENCE " + name + " SET " +
                                           (attribute_of(after, "identity unlogged").empty() ? "LOGGED" : "UNLOGGED"),
                                       after));
}

/// What costs nothing and changes no row.
void change_settings(Statements& statements, const Fact& before, const Fact& after, bool has_new_type) {
    const auto alter = alter_column_of(after);
    const auto add = [&](const std::string& sql) { statements.push_back(statement(alter + sql, after)); };
    const auto& storage = attribute_of(after, "storage");
    // Another type brings its own way of storage.
    if (!storage.empty() ? (differs(before, after, "storage") || has_new_type)
                         : (differs(before, after, "storage") && !has_new_type))
        add("SET STORAGE " + (storage.empty() ? note_of(after, "usual storage") : storage));
    if (differs(before, after, "compression")) {
        const auto& method = attribute_of(after, "compression");
        add("SET COMPRESSION " + (method.empty() ? "default" : method));
    }
    if (differs(before, after, "statistics")) {
        const auto& target = attribute_of(after, "statistics");
        add("SET STATISTICS " + (target.empty() ? "-1" : target));
    }
    const auto options = change_options(attribute_of(before, "options"), attribute_of(after, "options"));
    if (!options.set.empty()) add("SET (" + options.set + ')');
    if (!options.reset.empty()) add("RESET (" + options.reset + ')');
    const auto foreign =
        change_foreign_options(attribute_of(before, "foreign options"), attribute_of(after, "foreign options"));
    if (!foreign.empty()) add(foreign);
}

}  // namespace

std::string add_not_null(const Fact& column) {
    return alter_table(column) + " ADD CONSTRAINT " + quote_name(not_null_name(column)) + " NOT NULL " +
           quote_name(column.id.name.back()) +
           (attribute_of(column, "not null no inherit").empty() ? "" : " NO INHERIT");
}

Statement drop_not_null(const Fact& column) { return statement(alter_column_of(column) + "DROP NOT NULL", column); }

Statement change_type(const Fact& before, const Fact& after, bool type_is_remade, const RenderContext& context) {
    auto change = statement(alter_column_of(after) + type_clause(after), after);
    change.hazards.push_back(
        {HazardKind::rewrites_table, after.id, "the table may be written anew, and nobody reads it meanwhile"});
    const auto foreign = note_of(after, "table kind") == "f";
    if (foreign || !attribute_of(after, "generated").empty()) return change;
    if (const auto* hint = find_hint(after, context)) {
        change.sql += " USING " + hint->expression;
    } else if (type_is_remade) {
        const auto name = quote_name(after.id.name.back());
        const auto row = through_row(name, attribute_of(after, "type"), context);
        change.sql +=
            " USING " +
            (row.empty() ? through_text(name, attribute_of(before, "type"), attribute_of(after, "type")) : row);
        change.hazards.push_back({HazardKind::may_fail, after.id, "a value that the new type has not stops it"});
        // No expression of ALTER TABLE goes through an array's elements but by text.
        if (row.empty() && changes_places(attribute_of(after, "type"), Elements::looked_at, context))
            change.hazards.push_back({HazardKind::deletes_data, after.id,
                                      "elements of an array keep their values by place, and the attributes of their "
                                      "type have other places now: convert them by a function of your own, which "
                                      "`-- rev:using` names"});
    } else {
        add_conversion(change, before, after, context);
    }
    return change;
}

/// The expression first, the type next, and settings last: a generated column takes no type of its own, and a new type
/// brings settings along.
Statements alter_column(const Fact& before, const Fact& after, const RenderContext& context) {
    Statements statements;
    if (!attribute_of(before, "generated").empty() && attribute_of(after, "generated").empty())
        statements.push_back(statement(alter_column_of(after) + "DROP EXPRESSION", after));
    const auto has_new_type = differs(before, after, "type") || differs(before, after, "collation");
    if (has_new_type) statements.push_back(change_type(before, after, false, context));
    if (!attribute_of(after, "generated").empty() && differs(before, after, "expression"))
        statements.push_back(
            statement(alter_column_of(after) + "SET EXPRESSION AS (" + attribute_of(after, "expression") + ')', after,
                      HazardKind::rewrites_table, "the table is written anew"));
    const auto loses_identity = !attribute_of(before, "identity").empty() && attribute_of(after, "identity").empty();
    // An identity column is never nullable.
    if (loses_identity) change_identity(statements, before, after);
    change_not_null(statements, before, after, context);
    if (!loses_identity) change_identity(statements, before, after);
    change_settings(statements, before, after, has_new_type);
    return statements;
}

}  // namespace rev::schema::postgres
