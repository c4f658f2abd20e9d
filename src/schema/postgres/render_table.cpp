// CREATE TABLE, its columns, and ALTER TABLE of the table itself.
#include <algorithm>

#include "base/text.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"
#include "schema/postgres/parts.hpp"
#include "schema/postgres/render.hpp"

namespace rev::schema::postgres {
namespace {

std::string identity_clause(const Fact& column) {
    const auto& identity = attribute_of(column, "identity");
    if (identity.empty()) return "";
    std::string options;
    if (const auto& sequence = attribute_of(column, "identity sequence"); !sequence.empty())
        options += " SEQUENCE NAME " + sequence;
    options += sequence_options(column, "identity ");
    return " GENERATED " + identity + " AS IDENTITY" + (options.empty() ? "" : " (" + options.substr(1) + ')');
}

/// How a column is written in the statement at hand.
struct ColumnStyle {
    bool typed = false;           ///< the type is that of the table's type
    bool names_not_null = false;  ///< another table holds the name that the server would choose
};

std::string not_null_clause(const Fact& column, const ColumnStyle& style) {
    // No clause of a column says NOT VALID: append_column_settings() adds such a constraint behind.
    if (attribute_of(column, "not null").empty() || !attribute_of(column, "not null not valid").empty()) return "";
    std::string clause;
    auto name = attribute_of(column, "not null name");
    if (name.empty() && style.names_not_null) name = note_of(column, "not null constraint");
    if (!name.empty()) clause += " CONSTRAINT " + quote_name(name);
    clause += " NOT NULL";
    if (!attribute_of(column, "not null no inherit").empty()) clause += " NO INHERIT";
    return clause;
}

std::string column_clause(const Fact& column, const Fact* column_default, const ColumnStyle& style) {
    std::string text = quote_name(column.id.name.back());
    // CREATE TABLE ... OF has the types from elsewhere, and takes only defaults and constraints.
    if (style.typed) {
        text += " WITH OPTIONS";
    } else {
        text += ' ' + attribute_of(column, "type");
        if (const auto& options = attribute_of(column, "foreign options"); !options.empty())
            text += " OPTIONS (" + options + ')';
        if (const auto& method = attribute_of(column, "compression"); !method.empty()) text += " COMPRESSION " + method;
        if (const auto& collation = attribute_of(column, "collation"); !collation.empty())
            text += " COLLATE " + collation;
    }
    if (column_default) text += " DEFAULT " + attribute_of(*column_default, "expression");
    if (const auto& generated = attribute_of(column, "generated"); !generated.empty())
        text += " GENERATED ALWAYS AS (" + attribute_of(column, "expression") + ") " + generated;
    return text + identity_clause(column) + not_null_clause(column, style);
}

/// What no clause of CREATE TABLE says of a column.
void append_column_settings(Statements& statements, const Fact& column) {
    const auto alter = alter_table(column) + " ALTER COLUMN " + quote_name(column.id.name.back()) + ' ';
    // CREATE TABLE has STORAGE only since 16.
    if (const auto& storage = attribute_of(column, "storage"); !storage.empty())
        statements.push_back(statement(alter + "SET STORAGE " + storage, column));
    if (const auto& target = attribute_of(column, "statistics"); !target.empty())
        statements.push_back(statement(alter + "SET STATISTICS " + target, column));
    if (const auto& options = attribute_of(column, "options"); !options.empty())
        statements.push_back(statement(alter + "SET (" + options + ')', column));
    if (!attribute_of(column, "not null not valid").empty())
        statements.push_back(statement(add_not_null(column) + " NOT VALID", column));
    if (!attribute_of(column, "identity unlogged").empty())
        statements.push_back(statement("ALTER SEQUENCE " + identity_sequence_of(column) + " SET UNLOGGED", column));
}

std::string joined_options(const Fact& table) {
    auto options = split_sql_list(options_of(table));
    for (const auto& option : split_sql_list(attribute_of(table, "toast options")))
        options.push_back("toast." + option);
    return base::join(options, ", ");
}

std::string storage_clauses(const Fact& table) {
    // In the order that the grammar wants; SERVER and OPTIONS are a foreign table's.
    std::string text;
    if (const auto& key = attribute_of(table, "partition by"); !key.empty()) text += "\nPARTITION BY " + key;
    if (const auto& server = attribute_of(table, "server"); !server.empty()) text += "\nSERVER " + server;
    if (const auto& options = attribute_of(table, "foreign options"); !options.empty())
        text += "\nOPTIONS (" + options + ')';
    if (const auto& method = attribute_of(table, "access method"); !method.empty()) text += "\nUSING " + method;
    if (const auto options = joined_options(table); !options.empty()) text += "\nWITH (" + options + ')';
    if (const auto& space = attribute_of(table, "tablespace"); !space.empty()) text += "\nTABLESPACE " + space;
    return text;
}

int rank_of_constraint(const Fact* constraint) {
    const auto& type = attribute_of(*constraint, "type");
    return type == "PRIMARY KEY" ? 0 : type == "UNIQUE" ? 1 : type == "CHECK" ? 2 : type == "EXCLUDE" ? 3 : 4;
}

std::vector<std::string> table_lines(const NewTable& table, const RenderContext& context) {
    std::vector<std::string> lines;
    const auto typed = !attribute_of(*table.table, "of type").empty();
    // An old table that stands aside still has its names.
    const auto stands_aside = context.before.find(table.table->id) != nullptr;
    for (const auto* column : table.columns) {
        const auto own_default = std::ranges::find_if(
            table.defaults, [&](const Fact* candidate) { return candidate->id.name == column->id.name; });
        const auto* found = own_default == table.defaults.end() ? nullptr : *own_default;
        const ColumnStyle style{.typed = typed,
                                .names_not_null = stands_aside || context.not_null_to_name.contains(column->id)};
        auto line = column_clause(*column, found, style);
        // CREATE TABLE ... OF has the columns from its type: one of which nothing else is said needs no line.
        if (!typed || !line.ends_with(" WITH OPTIONS")) lines.push_back(std::move(line));
    }
    auto constraints = table.constraints;
    std::ranges::stable_sort(constraints, {}, rank_of_constraint);
    for (const auto* constraint : constraints)
        lines.push_back("CONSTRAINT " + quote_name(constraint->id.name.back()) + ' ' +
                        attribute_of(*constraint, "definition"));
    return lines;
}

std::string head_of_table(const NewTable& table) {
    const auto& fact = *table.table;
    const auto foreign = attribute_of(fact, "kind") == "foreign";
    std::string text = "CREATE ";
    if (!attribute_of(fact, "unlogged").empty()) text += "UNLOGGED ";
    text += foreign ? "FOREIGN TABLE " : "TABLE ";
    text += qualified(fact.id.name);
    if (const auto& type = attribute_of(fact, "of type"); !type.empty()) text += " OF " + type;
    return text;
}

void append_row_security(Statements& statements, const Fact& table) {
    if (!attribute_of(table, "row security").empty())
        statements.push_back(statement(alter_table(table) + " ENABLE ROW LEVEL SECURITY", table));
    if (!attribute_of(table, "forced row security").empty())
        statements.push_back(statement(alter_table(table) + " FORCE ROW LEVEL SECURITY", table));
}

std::string toast_names(const std::string& options) {
    std::vector<std::string> names;
    for (const auto& option : split_sql_list(options)) names.push_back("toast." + option);
    return base::join(names, ", ");
}

void append_options(Statements& statements, const Fact& before, const Fact& after, const char* attribute) {
    const auto is_toast = std::string_view(attribute) == "toast options";
    auto change = is_toast ? change_options(attribute_of(before, attribute), attribute_of(after, attribute))
                           : change_options(options_of(before), options_of(after));
    if (is_toast) change = {toast_names(change.set), toast_names(change.reset)};
    if (!change.set.empty()) statements.push_back(statement(alter_table(after) + " SET (" + change.set + ')', after));
    if (!change.reset.empty())
        statements.push_back(statement(alter_table(after) + " RESET (" + change.reset + ')', after));
}

/// The domain that a column is of, and those that this one is of.
std::vector<const Fact*> domains_of(const Fact& column, const Model& model) {
    std::vector<const Fact*> domains;
    for (const auto* fact = &column; fact;) {
        const auto* user = fact;
        fact = nullptr;
        // An array of a domain needs it, too, and has none of its conditions.
        if (attribute_of(*user, "type").ends_with(']')) break;
        for (const auto& id : user->depends_on)
            if (id.kind == Kind::domain) fact = model.find(id);
        if (fact) domains.push_back(fact);
    }
    return domains;
}

/// Whether a new column has a value to be computed for each row, or a condition that each has to meet: a default that
/// gives all of them the same value is kept once for all.
bool rewrites_rows(const Fact& column, const Fact* column_default, const std::vector<const Fact*>& domains,
                   const RenderContext& context) {
    if (attribute_of(column, "generated") == "STORED" || !attribute_of(column, "identity").empty()) return true;
    if (!attribute_of(column, "generated").empty()) return false;
    if (column_default && !note_of(*column_default, "volatile").empty()) return true;
    if (!column_default && !domains.empty() && !note_of(*domains.front(), "volatile").empty()) return true;
    return std::ranges::any_of(domains, [&](const Fact* domain) {
        return !attribute_of(*domain, "not null").empty() ||
               std::ranges::any_of(context.after.facts(), [&](const Fact& fact) {
                   return fact.id.kind == Kind::domain_constraint && fact.parent == domain->id;
               });
    });
}

}  // namespace

Statements create_table(const NewTable& table, const RenderContext& context) {
    const auto lines = table_lines(table, context);
    std::string sql = head_of_table(table);
    const auto typed = !attribute_of(*table.table, "of type").empty();
    // Behind a plain table without columns empty parentheses have to stand; behind OF they are an error.
    if (!lines.empty())
        sql += " (\n    " + base::join(lines, ",\n    ") + "\n)";
    else if (!typed)
        sql += " (\n)";
    std::vector<std::string> parents;
    for (const auto* parent : table.parents) parents.push_back(qualified(std::span(parent->id.name).subspan(2)));
    if (!parents.empty()) sql += "\nINHERITS (" + base::join(parents, ", ") + ')';
    Statements statements = {statement(sql + storage_clauses(*table.table), *table.table)};
    for (const auto* column : table.columns) append_column_settings(statements, *column);
    for (const auto* constraint : table.constraints)
        append_constraint_settings(statements, Fact{constraint->id, constraint->parent, {}, {}, {}}, *constraint,
                                   context);
    append_row_security(statements, *table.table);
    return statements;
}

Statements add_column(const Fact& column, const Fact* column_default, const RenderContext& context) {
    const ColumnStyle style{.names_not_null = context.not_null_to_name.contains(column.id)};
    Statements statements = {
        statement(alter_table(column) + " ADD COLUMN " + column_clause(column, column_default, style), column)};
    auto& first = statements.front();
    const auto domains = domains_of(column, context.after);
    const auto filled = column_default || !attribute_of(column, "generated").empty() ||
                        !attribute_of(column, "identity").empty() ||
                        (!domains.empty() && !attribute_of(*domains.front(), "default").empty());
    const auto takes_no_null =
        !attribute_of(column, "not null").empty() ||
        std::ranges::any_of(domains, [](const Fact* domain) { return !attribute_of(*domain, "not null").empty(); });
    if (takes_no_null && !filled) {
        first.hazards.push_back(
            {HazardKind::may_fail, column.id, "the table's rows have no value for it, and it has no default"});
        if (context.upgrade && column.parent && context.options.tables_with_rows.contains(*column.parent) &&
            !attribute_of(column, "not null").empty())
            first.to_fill_in = "a value for " + qualified(column.id.name) + " in the rows that are there";
    }
    if (rewrites_rows(column, column_default, domains, context))
        first.hazards.push_back({HazardKind::rewrites_table, column.id, "the table is written anew"});
    append_column_settings(statements, column);
    return statements;
}

/// ALTER TABLE of what belongs to the table as a whole.
Statements alter_table_itself(const Fact& before, const Fact& after, const RenderContext& /*context*/) {
    Statements statements;
    const auto alter = alter_table(after) + ' ';
    const auto add = [&](const std::string& sql) { statements.push_back(statement(alter + sql, after)); };
    if (differs(before, after, "unlogged")) {
        add(attribute_of(after, "unlogged").empty() ? "SET LOGGED" : "SET UNLOGGED");
        statements.back().hazards.push_back({HazardKind::rewrites_table, after.id, "the table is written anew"});
    }
    if (differs(before, after, "access method")) {
        // DEFAULT in this place is known since 17 only.
        const auto& method = attribute_of(after, "access method");
        add("SET ACCESS METHOD " + (method.empty() ? "heap" : method));
    }
    if (differs(before, after, "tablespace")) {
        const auto& space = attribute_of(after, "tablespace");
        add("SET TABLESPACE " + (space.empty() ? "pg_default" : space));
    }
    append_options(statements, before, after, "options");
    append_options(statements, before, after, "toast options");
    // Of what stands for it alone; a table and its type are parted and joined by that.
    if (after.id.name.size() > 2 && differs(before, after, "of type")) add("OF " + attribute_of(after, "of type"));
    if (differs(before, after, "row security"))
        add(attribute_of(after, "row security").empty() ? "DISABLE ROW LEVEL SECURITY" : "ENABLE ROW LEVEL SECURITY");
    if (differs(before, after, "forced row security"))
        add(attribute_of(after, "forced row security").empty() ? "NO FORCE ROW LEVEL SECURITY"
                                                               : "FORCE ROW LEVEL SECURITY");
    const auto foreign =
        change_foreign_options(attribute_of(before, "foreign options"), attribute_of(after, "foreign options"));
    if (!foreign.empty()) add(foreign);
    if (differs(before, after, "replica identity")) {
        const auto& identity = attribute_of(after, "replica identity");
        add("REPLICA IDENTITY " + (identity.empty() ? "DEFAULT" : identity));
    }
    return statements;
}

}  // namespace rev::schema::postgres
