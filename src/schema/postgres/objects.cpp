#include "schema/postgres/objects.hpp"

#include <array>
#include <span>

#include "schema/postgres/names.hpp"

namespace rev::schema::postgres {
namespace {

std::string plain_name(const Fact& fact) { return qualified(fact.id.name); }

/// schema.name of an object whose last part is no name: a routine's arguments, an operator class's method.
std::string outer_name(const Fact& fact) { return qualified(std::span(fact.id.name).first(2)); }

std::string on_table(const Fact& fact) { return quote_name(fact.id.name.back()) + " ON " + table_of(fact); }

/// An operator's name is never quoted.
std::string operator_name(const Fact& fact) {
    // The last part is the operands' types, with their parentheses: without them no operator is named.
    const auto& name = fact.id.name;
    return quote_name(name[0]) + '.' + name[1] + ' ' + name[2];
}

ObjectName table_name(const Fact& fact) {
    return {attribute_of(fact, "kind") == "foreign" ? "FOREIGN TABLE" : "TABLE", plain_name(fact)};
}

ObjectName routine_name(const Fact& fact) {
    const auto& kind = note_of(fact, "routine kind");
    return {kind.empty() ? "FUNCTION" : kind, outer_name(fact) + fact.id.name.back()};
}

const char* simple_kind(Kind kind) {
    switch (kind) {
        case Kind::schema:
            return "SCHEMA";
        case Kind::extension:
            return "EXTENSION";
        case Kind::collation:
            return "COLLATION";
        case Kind::type_enum:
        case Kind::type_composite:
        case Kind::type_range:
        case Kind::base_type:
            return "TYPE";
        case Kind::domain:
            return "DOMAIN";
        case Kind::sequence:
            return "SEQUENCE";
        case Kind::column:
        case Kind::attribute:
            return "COLUMN";
        case Kind::index:
            return "INDEX";
        case Kind::view:
            return "VIEW";
        case Kind::materialized_view:
            return "MATERIALIZED VIEW";
        case Kind::conversion:
            return "CONVERSION";
        case Kind::language:
            return "LANGUAGE";
        case Kind::event_trigger:
            return "EVENT TRIGGER";
        case Kind::statistics:
            return "STATISTICS";
        case Kind::text_search_parser:
            return "TEXT SEARCH PARSER";
        case Kind::text_search_dictionary:
            return "TEXT SEARCH DICTIONARY";
        case Kind::text_search_template:
            return "TEXT SEARCH TEMPLATE";
        case Kind::text_search_configuration:
            return "TEXT SEARCH CONFIGURATION";
        case Kind::foreign_data_wrapper:
            return "FOREIGN DATA WRAPPER";
        case Kind::foreign_server:
            return "SERVER";
        case Kind::publication:
            return "PUBLICATION";
        default:
            return "";
    }
}

}  // namespace

ObjectName object_name(const Fact& fact) {
    switch (fact.id.kind) {
        case Kind::table:
            return table_name(fact);
        case Kind::routine:
            return routine_name(fact);
        case Kind::aggregate:
            // An aggregate without arguments is name(*), and its parameters say so; empty parentheses are an error.
            return {"AGGREGATE", outer_name(fact) + '(' + attribute_of(fact, "parameters") + ')'};
        case Kind::operator_:
            return {"OPERATOR", operator_name(fact)};
        case Kind::operator_class:
            return {"OPERATOR CLASS", outer_name(fact) + " USING " + quote_name(fact.id.name.back())};
        case Kind::operator_family:
            return {"OPERATOR FAMILY", outer_name(fact) + " USING " + quote_name(fact.id.name.back())};
        case Kind::cast:
            return {"CAST", fact.id.name.front()};
        case Kind::constraint:
            return {"CONSTRAINT", on_table(fact)};
        case Kind::trigger:
            return {"TRIGGER", on_table(fact)};
        case Kind::rule:
            return {"RULE", on_table(fact)};
        case Kind::policy:
            return {"POLICY", on_table(fact)};
        case Kind::domain_constraint:
            return {"CONSTRAINT", quote_name(fact.id.name.back()) + " ON DOMAIN " + table_of(fact)};
        default:
            return {simple_kind(fact.id.kind), plain_name(fact)};
    }
}

std::string table_of(const Fact& fact) { return qualified(std::span(fact.id.name).first(2)); }

std::string alter_table(const Fact& fact) {
    const auto foreign = attribute_of(fact, "kind") == "foreign" || note_of(fact, "table kind") == "f" ||
                         note_of(fact, "relation kind") == "foreign";
    if (note_of(fact, "relation kind") == "view") return "ALTER VIEW " + table_of(fact);
    return (foreign ? "ALTER FOREIGN TABLE " : "ALTER TABLE ") + table_of(fact);
}

std::string enabled_words(const Fact& fact) {
    const auto& state = attribute_of(fact, "enabled");
    return state.empty() ? "ENABLE" : state;
}

bool is_trigger_state(const Fact& fact) {
    return fact.id.kind == Kind::trigger && !fact.attributes.contains("definition");
}

bool is_said_of_another(Kind kind) {
    return kind == Kind::owner || kind == Kind::grant || kind == Kind::comment || kind == Kind::security_label;
}

}  // namespace rev::schema::postgres
