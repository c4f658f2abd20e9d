// Schemas, extensions, views, routines, operators, text search, foreign data, publications.
#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"
#include "schema/postgres/render.hpp"
#include "schema/postgres/render_other.hpp"

namespace rev::schema::postgres {
namespace {

std::string create_phrase(const Fact& fact) {
    const auto object = object_name(fact);
    return "CREATE " + object.kind + ' ' + object.name;
}

std::string alter_phrase(const Fact& fact) {
    const auto object = object_name(fact);
    return "ALTER " + object.kind + ' ' + object.name + ' ';
}

std::string create_extension(const Fact& fact) {
    auto sql = "CREATE EXTENSION IF NOT EXISTS " + quote_name(fact.id.name.front());
    if (const auto& schema = attribute_of(fact, "schema"); schema != "pg_catalog")
        sql += " SCHEMA " + quote_name(schema);
    const auto& version = attribute_of(fact, "version");
    // A version that is the server's default is left to the server, so that the file runs on the next one too.
    if (version != note_of(fact, "default version")) sql += " VERSION " + quote_text(version);
    return sql;
}

Statements alter_extension(const Fact& before, const Fact& after) {
    Statements statements;
    if (differs(before, after, "schema"))
        statements.push_back(
            statement(alter_phrase(after) + "SET SCHEMA " + quote_name(attribute_of(after, "schema")), after));
    if (differs(before, after, "version"))
        statements.push_back(
            statement(alter_phrase(after) + "UPDATE TO " + quote_text(attribute_of(after, "version")), after));
    return statements;
}

std::string with_options(const Fact& fact) {
    const auto& options = options_of(fact);
    return options.empty() ? "" : " WITH (" + options + ')';
}

std::string create_view(const Fact& view, const char* create) {
    return create + qualified(view.id.name) + with_options(view) + " AS\n" + attribute_of(view, "definition");
}

/// pg_get_viewdef() writes a view that calls itself so only with its columns' names.
Statements alter_view(const Fact& before, const Fact& after) {
    Statements statements;
    if (differs(before, after, "definition")) return {statement(create_view(after, "CREATE OR REPLACE VIEW "), after)};
    const auto change = change_options(options_of(before), options_of(after));
    if (!change.set.empty()) statements.push_back(statement(alter_phrase(after) + "SET (" + change.set + ')', after));
    if (!change.reset.empty())
        statements.push_back(statement(alter_phrase(after) + "RESET (" + change.reset + ')', after));
    return statements;
}

void append_column_settings(Statements& statements, const Fact& view, const char* attribute, const char* words) {
    for (const auto& setting : split_sql_list(attribute_of(view, attribute))) {
        const auto blank = setting.rfind(' ');
        statements.push_back(statement(
            alter_phrase(view) + "ALTER COLUMN " + setting.substr(0, blank) + ' ' + words + setting.substr(blank),
            view));
    }
}

Statements create_materialized_view(const Fact& view) {
    auto sql = "CREATE MATERIALIZED VIEW " + qualified(view.id.name);
    if (const auto& method = attribute_of(view, "access method"); !method.empty()) sql += " USING " + method;
    sql += with_options(view);
    if (const auto& space = attribute_of(view, "tablespace"); !space.empty()) sql += " TABLESPACE " + space;
    sql += " AS\n" + attribute_of(view, "definition");
    // To fill a view that was not filled would run its query.
    if (note_of(view, "populated") == "f") sql += "\nWITH NO DATA";
    Statements statements = {statement(sql, view)};
    append_column_settings(statements, view, "column statistics", "SET STATISTICS");
    append_column_settings(statements, view, "column storage", "SET STORAGE");
    return statements;
}

Statements alter_materialized_view(const Fact& before, const Fact& after) {
    Statements statements;
    const auto change = change_options(options_of(before), options_of(after));
    if (!change.set.empty()) statements.push_back(statement(alter_phrase(after) + "SET (" + change.set + ')', after));
    if (!change.reset.empty())
        statements.push_back(statement(alter_phrase(after) + "RESET (" + change.reset + ')', after));
    return statements;
}

std::string create_language(const Fact& fact) {
    auto sql = std::string("CREATE ") + (attribute_of(fact, "trusted").empty() ? "" : "TRUSTED ") + "LANGUAGE " +
               quote_name(fact.id.name.front());
    if (const auto& handler = attribute_of(fact, "handler"); !handler.empty()) sql += "\n    HANDLER " + handler;
    if (const auto& function = attribute_of(fact, "inline"); !function.empty()) sql += "\n    INLINE " + function;
    if (const auto& function = attribute_of(fact, "validator"); !function.empty()) sql += "\n    VALIDATOR " + function;
    return sql;
}

Statements create_event_trigger(const Fact& fact) {
    auto sql = create_phrase(fact) + " ON " + attribute_of(fact, "event");
    if (const auto& tags = attribute_of(fact, "tags"); !tags.empty()) sql += "\n    WHEN TAG IN (" + tags + ')';
    Statements statements = {statement(sql + "\n    EXECUTE FUNCTION " + attribute_of(fact, "function") + "()", fact)};
    if (!attribute_of(fact, "enabled").empty())
        statements.push_back(statement(alter_phrase(fact) + enabled_words(fact), fact));
    return statements;
}

}  // namespace

Statements create_routine(const Fact& fact) {
    if (fact.id.kind == Kind::aggregate)
        return {statement(create_phrase(fact) + " (\n" + attribute_of(fact, "definition") + "\n)", fact)};
    // pg_get_functiondef() always writes OR REPLACE; for a new one that would take the place of what is there without a
    // word.
    constexpr std::string_view replacing = "CREATE OR REPLACE ";
    const auto& definition = attribute_of(fact, "definition");
    return {statement("CREATE " + definition.substr(replacing.size()), fact)};
}

Statements create_object(const Fact& fact, const RenderContext& context) {
    switch (fact.id.kind) {
        case Kind::schema:
            return {statement(create_phrase(fact), fact)};
        case Kind::extension:
            return {statement(create_extension(fact), fact)};
        case Kind::view:
            return {statement(create_view(fact, "CREATE VIEW "), fact)};
        case Kind::materialized_view:
            return create_materialized_view(fact);
        case Kind::routine:
        case Kind::aggregate:
            return create_routine(fact);
        case Kind::language:
            return {statement(create_language(fact), fact)};
        case Kind::event_trigger:
            return create_event_trigger(fact);
        case Kind::owner:
        case Kind::grant:
        case Kind::default_grant:
        case Kind::comment:
        case Kind::security_label:
            return create_said(fact, context);
        // What is set last of all: the index that it names has to be there.
        case Kind::table:
            return alter_table_itself(Fact{fact.id, {}, {}, {}, {}}, fact, context);
        default:
            break;
    }
    if (auto statements = create_type(fact, context); !statements.empty()) return statements;
    if (auto statements = create_other(fact); !statements.empty()) return statements;
    return create_table_part(fact, context);
}

Statements drop_object(const Fact& fact, const RenderContext& context) {
    if (is_said_of_another(fact.id.kind) || fact.id.kind == Kind::default_grant) return drop_said(fact, context);
    // A name of three parts stands for what is set last of all: the replica identity.
    if (fact.id.kind == Kind::table && fact.id.name.back() == "of type" && fact.id.name.size() > 2)
        return {statement("ALTER TABLE " + table_of(fact) + " NOT OF", fact)};
    if (fact.id.kind == Kind::table && fact.id.name.size() > 2)
        return {statement("ALTER TABLE " + table_of(fact) + " REPLICA IDENTITY DEFAULT", fact)};
    // Likewise the column that a sequence belongs to.
    if (fact.id.kind == Kind::sequence && fact.id.name.size() > 2)
        return {statement("ALTER SEQUENCE " + table_of(fact) + " OWNED BY NONE", fact)};
    if (auto statements = drop_other(fact); !statements.empty()) return statements;
    if (fact.id.kind == Kind::domain_constraint)
        return {
            statement("ALTER DOMAIN " + table_of(fact) + " DROP CONSTRAINT " + quote_name(fact.id.name.back()), fact)};
    if (fact.id.kind == Kind::attribute)
        return {statement("ALTER TYPE " + table_of(fact) + " DROP ATTRIBUTE " + quote_name(fact.id.name.back()) +
                              with_typed_tables(fact, context),
                          fact, HazardKind::deletes_data, "the attribute's values are lost")};
    // Its functions go with it: all else that uses it is gone by now.
    if (fact.id.kind == Kind::base_type) {
        const auto with_functions = attribute_of(fact, "shell").empty() ? " CASCADE" : "";
        return {statement("DROP TYPE " + table_of(fact) + with_functions, fact)};
    }
    if (auto statements = drop_table_part(fact, context); !statements.empty()) return statements;
    const auto object = object_name(fact);
    auto drop = statement("DROP " + object.kind + ' ' + object.name, fact);
    // The rows of a foreign table are elsewhere, and stay there.
    if (fact.id.kind == Kind::table && attribute_of(fact, "kind") != "foreign")
        drop.hazards.push_back({HazardKind::deletes_data, fact.id, "the table's rows are lost"});
    return {drop};
}

Statements alter_object(const Fact& before, const Fact& after, const RenderContext& context) {
    switch (after.id.kind) {
        case Kind::table:
            return alter_table_itself(before, after, context);
        case Kind::column:
            return alter_column(before, after, context);
        case Kind::extension:
            return alter_extension(before, after);
        case Kind::view:
            return alter_view(before, after);
        case Kind::materialized_view:
            return alter_materialized_view(before, after);
        case Kind::routine:
            // pg_get_functiondef() writes CREATE OR REPLACE, which here is what is wanted.
            return {statement(attribute_of(after, "definition"), after)};
        case Kind::event_trigger:
            return {statement(alter_phrase(after) + enabled_words(after), after)};
        case Kind::grant:
        case Kind::default_grant:
            return change_grant(&before, &after, context);
        case Kind::owner:
        case Kind::comment:
        case Kind::security_label:
            return create_said(after, context);
        default:
            break;
    }
    if (auto statements = alter_type(before, after, context); !statements.empty()) return statements;
    if (auto statements = alter_other(before, after); !statements.empty()) return statements;
    return alter_table_part(before, after, context);
}

}  // namespace rev::schema::postgres
