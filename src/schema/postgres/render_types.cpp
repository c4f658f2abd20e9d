// Types and their parts.
#include <algorithm>

#include "base/text.hpp"
#include "schema/postgres/enums.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"
#include "schema/postgres/render.hpp"

namespace rev::schema::postgres {
namespace {

std::string collated(const Fact& fact) {
    const auto& collation = attribute_of(fact, "collation");
    return attribute_of(fact, "type") + (collation.empty() ? "" : " COLLATE " + collation);
}

/// Attributes of a composite type, in order.
std::string attribute_lines(const Fact& type, const RenderContext& context) {
    std::vector<std::string> lines;
    for (const auto& quoted : split_sql_list(attribute_of(type, "order"))) {
        for (const auto& fact : context.after.facts())
            if (fact.id.kind == Kind::attribute && fact.parent == type.id && quote_name(fact.id.name.back()) == quoted)
                lines.push_back(quoted + ' ' + collated(fact));
    }
    return lines.empty() ? "" : "\n    " + base::join(lines, ",\n    ") + "\n";
}

std::string range_options(const Fact& type) {
    std::vector<std::string> options;
    for (const auto* name :
         {"subtype", "subtype_opclass", "collation", "canonical", "subtype_diff", "multirange_type_name"})
        if (const auto& value = attribute_of(type, name); !value.empty())
            options.push_back(std::string(name) + " = " + value);
    return "\n    " + base::join(options, ",\n    ") + "\n";
}

std::string create_base_type(const Fact& type) {
    const auto create = "CREATE TYPE " + table_of(type);
    if (type.id.name.size() > 2 || !attribute_of(type, "shell").empty()) return create;
    std::vector<std::string> options;
    for (const auto* name : {"input", "output", "receive", "send", "typmod_in", "typmod_out", "analyze", "subscript",
                             "internallength", "passedbyvalue", "alignment", "storage", "category", "preferred",
                             "default", "element", "delimiter", "collatable"})
        if (const auto& value = attribute_of(type, name); !value.empty())
            options.push_back(std::string(name) + " = " + value);
    return create + " (\n    " + base::join(options, ",\n    ") + "\n)";
}

std::string collation_options(const Fact& fact) {
    std::vector<std::string> options;
    const auto& provider = attribute_of(fact, "provider");
    // libc is what CREATE COLLATION means where it names no provider.
    if (provider != "libc") options.push_back("provider = " + provider);
    for (const auto* name : {"locale", "lc_collate", "lc_ctype", "rules"})
        if (const auto& value = attribute_of(fact, name); !value.empty())
            options.push_back(std::string(name) + " = " + quote_text(value));
    if (!attribute_of(fact, "not deterministic").empty()) options.push_back("deterministic = false");
    return base::join(options, ", ");
}

std::string domain_clauses(const Fact& domain) {
    std::string text = "CREATE DOMAIN " + qualified(domain.id.name) + " AS " + collated(domain);
    if (const auto& value = attribute_of(domain, "default"); !value.empty()) text += "\n    DEFAULT " + value;
    if (!attribute_of(domain, "not null").empty()) text += "\n    NOT NULL";
    return text;
}

std::string enum_labels(const Fact& type) {
    const auto labels = split_sql_list(attribute_of(type, "labels"));
    return labels.empty() ? "" : "\n    " + base::join(labels, ",\n    ") + "\n";
}

Statements alter_domain(const Fact& before, const Fact& after) {
    Statements statements;
    const auto alter = "ALTER DOMAIN " + qualified(after.id.name) + ' ';
    if (differs(before, after, "default")) {
        const auto& value = attribute_of(after, "default");
        statements.push_back(statement(alter + (value.empty() ? "DROP DEFAULT" : "SET DEFAULT " + value), after));
    }
    if (differs(before, after, "not null")) {
        if (attribute_of(after, "not null").empty())
            statements.push_back(statement(alter + "DROP NOT NULL", after));
        else
            statements.push_back(
                statement(alter + "SET NOT NULL", after, HazardKind::may_fail, "a row without a value stops it"));
    }
    return statements;
}

std::string alter_composite(const Fact& fact) { return "ALTER TYPE " + table_of(fact) + ' '; }

Statements alter_sequence(const Fact& before, const Fact& after) {
    if (after.id.name.size() > 2)
        return {statement("ALTER SEQUENCE " + table_of(after) + " OWNED BY " + attribute_of(after, "column"), after)};
    Statements statements;
    std::string changes;
    const auto& type = attribute_of(after, "type");
    // The model leaves bigint out, as CREATE SEQUENCE does; to come back to it has to be said.
    if (differs(before, after, "type")) changes += " AS " + (type.empty() ? std::string("bigint") : type);
    changes += change_sequence(before, after, "", "");
    if (!changes.empty())
        statements.push_back(statement("ALTER SEQUENCE " + qualified(after.id.name) + changes, after));
    if (differs(before, after, "unlogged"))
        statements.push_back(statement("ALTER SEQUENCE " + qualified(after.id.name) + " SET " +
                                           (attribute_of(after, "unlogged").empty() ? "LOGGED" : "UNLOGGED"),
                                       after));
    return statements;
}

/// A sequence and the table that it belongs to have one owner.
Statements give_to_column(const Fact& fact, const RenderContext& context) {
    Statements statements;
    for (const auto& column : fact.depends_on) {
        const FactId owner{Kind::owner, {"table", column.name[0], column.name[1]}};
        if (const auto* role = context.before.find(owner); role && context.before.find(column))
            statements.push_back(statement(
                "ALTER SEQUENCE " + table_of(fact) + " OWNER TO " + quote_role(attribute_of(*role, "role")), fact));
    }
    // After the owner: a sequence has to have the owner of the table before it can belong to it.
    statements.push_back(
        statement("ALTER SEQUENCE " + table_of(fact) + " OWNED BY " + attribute_of(fact, "column"), fact));
    return statements;
}

Statements create_sequence(const Fact& fact, const RenderContext& context) {
    if (fact.id.name.size() > 2) return give_to_column(fact, context);
    std::string sql = attribute_of(fact, "unlogged").empty() ? "CREATE SEQUENCE " : "CREATE UNLOGGED SEQUENCE ";
    sql += qualified(fact.id.name);
    if (const auto& type = attribute_of(fact, "type"); !type.empty()) sql += " AS " + type;
    return {statement(sql + sequence_options(fact, ""), fact)};
}

Statement add_domain_constraint(const Fact& fact, const RenderContext& context) {
    auto added = statement("ALTER DOMAIN " + table_of(fact) + " ADD CONSTRAINT " + quote_name(fact.id.name.back()) +
                               ' ' + attribute_of(fact, "definition"),
                           fact);
    // Where the domain is new, nothing is of it that could break it.
    if (context.before.find(*fact.parent))
        added.hazards.push_back({HazardKind::may_fail, fact.id, "a value that breaks it stops it"});
    return added;
}

}  // namespace

std::string with_typed_tables(const Fact& attribute, const RenderContext& context) {
    const auto type = table_of(attribute);
    const auto is_of_type = [&](const Fact& fact) {
        return fact.id.kind == Kind::table && attribute_of(fact, "of type") == type;
    };
    // Where tables are OF the type, the server refuses without CASCADE; with it, their columns change as well.
    return std::ranges::any_of(context.before.facts(), is_of_type) ? " CASCADE" : "";
}

std::vector<LabelInsertion> find_label_insertions(const Fact& before, const Fact& after) {
    const auto old_labels = split_sql_list(attribute_of(before, "labels"));
    const auto labels = split_sql_list(attribute_of(after, "labels"));
    std::vector<LabelInsertion> insertions;
    std::size_t next = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (next < old_labels.size() && labels[i] == old_labels[next]) {
            ++next;
            continue;
        }
        LabelInsertion insertion{.label = labels[i], .before = {}, .after = {}};
        // Behind the label before it, so that several in a row come in their order; the first has none before it.
        if (next < old_labels.size() && i == 0)
            insertion.before = old_labels[next];
        else if (next < old_labels.size())
            insertion.after = labels[i - 1];
        insertions.push_back(std::move(insertion));
    }
    return insertions;
}

/// Whether the old labels are a part of the new ones in the same order: ADD VALUE can do nothing else.
bool only_adds_labels(const Fact& before, const Fact& after) {
    const auto old_labels = split_sql_list(attribute_of(before, "labels"));
    const auto labels = split_sql_list(attribute_of(after, "labels"));
    std::size_t found = 0;
    for (const auto& label : labels)
        if (found < old_labels.size() && label == old_labels[found]) ++found;
    return found == old_labels.size();
}

Statements create_type(const Fact& fact, const RenderContext& context) {
    const auto name = qualified(fact.id.name);
    switch (fact.id.kind) {
        case Kind::type_enum:
            return {statement("CREATE TYPE " + name + " AS ENUM (" + enum_labels(fact) + ')', fact)};
        case Kind::type_composite:
            return {statement("CREATE TYPE " + name + " AS (" + attribute_lines(fact, context) + ')', fact)};
        case Kind::type_range:
            return {statement("CREATE TYPE " + name + " AS RANGE (" + range_options(fact) + ')', fact)};
        case Kind::base_type:
            return {statement(create_base_type(fact), fact)};
        case Kind::collation:
            return {statement("CREATE COLLATION " + name + " (" + collation_options(fact) + ')', fact)};
        case Kind::domain:
            return {statement(domain_clauses(fact), fact)};
        case Kind::attribute:
            return {statement(alter_composite(fact) + "ADD ATTRIBUTE " + quote_name(fact.id.name.back()) + ' ' +
                                  collated(fact) + with_typed_tables(fact, context),
                              fact)};
        case Kind::domain_constraint:
            return {add_domain_constraint(fact, context)};
        case Kind::sequence:
            return create_sequence(fact, context);
        default:
            return {};
    }
}

Statements alter_type(const Fact& before, const Fact& after, const RenderContext& context) {
    Statements statements;
    switch (after.id.kind) {
        case Kind::type_enum:
            for (const auto& insertion : find_label_insertions(before, after)) {
                auto sql = "ALTER TYPE " + qualified(after.id.name) + " ADD VALUE " + insertion.label;
                if (!insertion.before.empty()) sql += " BEFORE " + insertion.before;
                if (!insertion.after.empty()) sql += " AFTER " + insertion.after;
                statements.push_back(statement(sql, after));
            }
            return statements;
        case Kind::domain:
            return alter_domain(before, after);
        case Kind::attribute:
            return {statement(alter_composite(after) + "ALTER ATTRIBUTE " + quote_name(after.id.name.back()) +
                                  " TYPE " + collated(after) + with_typed_tables(after, context),
                              after)};
        case Kind::domain_constraint:
            return {statement(
                "ALTER DOMAIN " + table_of(after) + " VALIDATE CONSTRAINT " + quote_name(after.id.name.back()), after,
                HazardKind::may_fail, "a value that breaks it stops it")};
        case Kind::sequence:
            return alter_sequence(before, after);
        default:
            return {};
    }
}

}  // namespace rev::schema::postgres
