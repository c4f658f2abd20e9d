// SQL for what few schemas have: operators and their classes, casts, conversions, text search, foreign data,
// publications.

#include "schema/postgres/render_other.hpp"

#include <map>
#include <span>

#include "base/text.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"

namespace rev::schema::postgres {
namespace {

std::string phrase(const char* verb, const Fact& fact) {
    const auto object = object_name(fact);
    return verb + object.kind + ' ' + object.name;
}

void append_option(std::vector<std::string>& options, const Fact& fact, const char* attribute, const char* words) {
    if (const auto& value = attribute_of(fact, attribute); !value.empty())
        options.push_back(std::string(words) + " = " + value);
}

std::string create_operator(const Fact& fact) {
    std::vector<std::string> options = {"FUNCTION = " + attribute_of(fact, "function")};
    if (const auto& left = note_of(fact, "left"); !left.empty()) options.push_back("LEFTARG = " + left);
    if (const auto& right = note_of(fact, "right"); !right.empty()) options.push_back("RIGHTARG = " + right);
    append_option(options, fact, "commutator", "COMMUTATOR");
    append_option(options, fact, "negator", "NEGATOR");
    append_option(options, fact, "restrict", "RESTRICT");
    append_option(options, fact, "join", "JOIN");
    if (!attribute_of(fact, "hashes").empty()) options.emplace_back("HASHES");
    if (!attribute_of(fact, "merges").empty()) options.emplace_back("MERGES");
    // Only the schema is quoted: where the grammar wants an operator, symbols in quotes would be a name.
    return "CREATE OPERATOR " + quote_name(fact.id.name[0]) + '.' + fact.id.name[1] + " (\n    " +
           base::join(options, ",\n    ") + "\n)";
}

std::string create_operator_class(const Fact& fact) {
    auto sql = "CREATE OPERATOR CLASS " + table_of(fact);
    if (!attribute_of(fact, "default").empty()) sql += " DEFAULT";
    sql += "\n    FOR TYPE " + attribute_of(fact, "type") + " USING " + quote_name(fact.id.name.back());
    // Without FAMILY the class goes into the family of its own name, which is made if it is not there.
    if (attribute_of(fact, "family") != table_of(fact)) sql += " FAMILY " + attribute_of(fact, "family");
    auto members = attribute_of(fact, "members");
    if (const auto& storage = attribute_of(fact, "storage"); !storage.empty())
        members = "STORAGE " + storage + (members.empty() ? "" : ",\n    " + members);
    // The list may not be empty, and STORAGE with the type itself says nothing.
    if (members.empty()) members = "STORAGE " + attribute_of(fact, "type");
    return sql + " AS\n    " + members;
}

Statements create_operator_family(const Fact& fact) {
    Statements statements = {statement(phrase("CREATE ", fact), fact)};
    if (const auto& members = attribute_of(fact, "members"); !members.empty())
        statements.push_back(statement(phrase("ALTER ", fact) + " ADD\n    " + members, fact));
    return statements;
}

std::string create_cast(const Fact& fact) {
    const auto& context = attribute_of(fact, "context");
    return phrase("CREATE ", fact) + "\n    " + attribute_of(fact, "method") +
           (context.empty() ? "" : "\n    " + context);
}

std::string create_conversion(const Fact& fact) {
    return std::string("CREATE ") + (attribute_of(fact, "default").empty() ? "" : "DEFAULT ") + "CONVERSION " +
           table_of(fact) + " FOR " + quote_text(attribute_of(fact, "from")) + " TO " +
           quote_text(attribute_of(fact, "to")) + " FROM " + attribute_of(fact, "function");
}

std::map<std::string, std::string> mappings_of(const Fact& configuration) {
    std::map<std::string, std::string> mappings;
    std::string line;
    for (const char c : attribute_of(configuration, "mappings") + '\n') {
        if (c != '\n') {
            line += c;
            continue;
        }
        if (const auto with = line.find(" WITH "); with != std::string::npos)
            mappings.emplace(line.substr(0, with), line.substr(with + 6));
        line.clear();
    }
    return mappings;
}

Statements change_mappings(const Fact& before, const Fact& after) {
    const auto old_mappings = mappings_of(before);
    const auto mappings = mappings_of(after);
    const auto alter = phrase("ALTER ", after);
    Statements statements;
    for (const auto& [token, dictionaries] : old_mappings)
        if (!mappings.contains(token)) statements.push_back(statement(alter + " DROP MAPPING FOR " + token, after));
    for (const auto& [token, dictionaries] : mappings) {
        const auto old = old_mappings.find(token);
        if (old == old_mappings.end())
            statements.push_back(statement(alter + " ADD MAPPING FOR " + token + " WITH " + dictionaries, after));
        else if (old->second != dictionaries)
            statements.push_back(statement(alter + " ALTER MAPPING FOR " + token + " WITH " + dictionaries, after));
    }
    return statements;
}

Statements create_configuration(const Fact& fact) {
    Statements statements = {
        statement(phrase("CREATE ", fact) + " (PARSER = " + attribute_of(fact, "parser") + ')', fact)};
    // With PARSER a configuration begins without mappings; each is added by a statement of its own.
    for (auto& mapping : change_mappings(Fact{fact.id, {}, {}, {}, {}}, fact)) statements.push_back(std::move(mapping));
    return statements;
}

std::string create_dictionary(const Fact& fact) {
    const auto& options = attribute_of(fact, "options");
    return phrase("CREATE ", fact) + " (TEMPLATE = " + attribute_of(fact, "template") +
           (options.empty() ? "" : ", " + options) + ')';
}

Statements alter_dictionary(const Fact& before, const Fact& after) {
    // ALTER sets what it names and leaves the rest. An option's name alone takes the option away.
    std::vector<std::string> changes = split_sql_list(attribute_of(after, "options"));
    // With blanks around each name, so that none is found within a longer one.
    std::string kept;
    for (const auto& option : changes) kept += ' ' + option.substr(0, option.find(' ')) + ' ';
    for (const auto& option : split_sql_list(attribute_of(before, "options"))) {
        const auto name = option.substr(0, option.find(' '));
        if (kept.find(' ' + name + ' ') == std::string::npos) changes.push_back(name);
    }
    return {statement(phrase("ALTER ", after) + " (" + base::join(changes, ", ") + ')', after)};
}

std::string foreign_options(const Fact& fact) {
    const auto& options = attribute_of(fact, "options");
    return options.empty() ? "" : "\n    OPTIONS (" + options + ')';
}

std::string create_wrapper(const Fact& fact) {
    auto sql = phrase("CREATE ", fact);
    if (const auto& handler = attribute_of(fact, "handler"); !handler.empty()) sql += "\n    HANDLER " + handler;
    if (const auto& validator = attribute_of(fact, "validator"); !validator.empty())
        sql += "\n    VALIDATOR " + validator;
    return sql + foreign_options(fact);
}

Statements alter_wrapper(const Fact& before, const Fact& after) {
    auto sql = phrase("ALTER ", after);
    for (const auto* name : {"handler", "validator"}) {
        if (!differs(before, after, name)) continue;
        const auto word = std::string(name) == "handler" ? "HANDLER" : "VALIDATOR";
        const auto& function = attribute_of(after, name);
        // NO HANDLER takes it away; to leave the word out would leave the old function.
        sql += function.empty() ? std::string(" NO ") + word : std::string(" ") + word + ' ' + function;
    }
    const auto options = change_foreign_options(attribute_of(before, "options"), attribute_of(after, "options"));
    return {statement(sql + (options.empty() ? "" : ' ' + options), after)};
}

std::string create_server(const Fact& fact) {
    auto sql = phrase("CREATE ", fact);
    if (const auto& type = attribute_of(fact, "type"); !type.empty()) sql += " TYPE " + quote_text(type);
    if (const auto& version = attribute_of(fact, "version"); !version.empty()) sql += " VERSION " + quote_text(version);
    return sql + "\n    FOREIGN DATA WRAPPER " + attribute_of(fact, "wrapper") + foreign_options(fact);
}

Statements alter_server(const Fact& before, const Fact& after) {
    auto sql = phrase("ALTER ", after);
    if (differs(before, after, "version")) {
        const auto& version = attribute_of(after, "version");
        // NULL takes the version away: the grammar has it, though the manual does not tell.
        sql += " VERSION " + (version.empty() ? "NULL" : quote_text(version));
    }
    const auto options = change_foreign_options(attribute_of(before, "options"), attribute_of(after, "options"));
    return {statement(sql + (options.empty() ? "" : ' ' + options), after)};
}

std::string mapping_phrase(const char* verb, const Fact& fact) {
    return std::string(verb) + "USER MAPPING FOR " + quote_role(fact.id.name[1]) + " SERVER " +
           quote_name(fact.id.name[0]);
}

std::string publication_options(const Fact& fact) {
    auto text = " WITH (publish = '" + attribute_of(fact, "publish") + '\'';
    if (!attribute_of(fact, "via root").empty()) text += ", publish_via_partition_root = true";
    if (const auto& columns = attribute_of(fact, "generated columns"); !columns.empty())
        text += ", publish_generated_columns = " + columns;
    return text + ')';
}

std::string create_publication(const Fact& fact) {
    const auto usual = attribute_of(fact, "publish") == "insert, update, delete, truncate" &&
                       attribute_of(fact, "via root").empty() && attribute_of(fact, "generated columns").empty();
    return phrase("CREATE ", fact) + (attribute_of(fact, "all tables").empty() ? "" : " FOR ALL TABLES") +
           (usual ? "" : publication_options(fact));
}

std::string alter_publication(const Fact& before, const Fact& after) {
    auto options = publication_options(after);
    // SET leaves what it does not name, and the options of CREATE name these only where they are on.
    if (attribute_of(after, "via root").empty())
        options.insert(options.size() - 1, ", publish_via_partition_root = false");
    // Servers before 18 do not know the word.
    if (!attribute_of(before, "generated columns").empty() && attribute_of(after, "generated columns").empty())
        options.insert(options.size() - 1, ", publish_generated_columns = none");
    // Behind " WITH": ALTER PUBLICATION has SET in its place.
    return phrase("ALTER ", after) + " SET" + options.substr(5);
}

bool is_schema_member(const Fact& member) { return member.id.name[1] == "schema"; }

std::string member_phrase(const char* verb, const Fact& member) {
    return "ALTER PUBLICATION " + quote_name(member.id.name.front()) + verb +
           (is_schema_member(member) ? "TABLES IN SCHEMA " + note_of(member, "schema")
                                     : "TABLE " + note_of(member, "table"));
}

std::string add_member(const Fact& member) {
    auto sql = member_phrase(" ADD ", member);
    if (const auto& columns = attribute_of(member, "columns"); !columns.empty()) sql += " (" + columns + ')';
    if (const auto& filter = attribute_of(member, "filter"); !filter.empty()) sql += " WHERE (" + filter + ')';
    return sql;
}

std::string alter_operator(const Fact& after) {
    const auto function = [&](const char* name) {
        const auto& value = attribute_of(after, name);
        return value.empty() ? std::string("NONE") : value;
    };
    // Both are named, as NONE alone takes one away.
    return phrase("ALTER ", after) + " SET (RESTRICT = " + function("restrict") + ", JOIN = " + function("join") + ')';
}

}  // namespace

Statements create_other(const Fact& fact) {
    switch (fact.id.kind) {
        case Kind::operator_:
            return {statement(create_operator(fact), fact)};
        case Kind::operator_class:
            return {statement(create_operator_class(fact), fact)};
        case Kind::operator_family:
            return create_operator_family(fact);
        case Kind::cast:
            return {statement(create_cast(fact), fact)};
        case Kind::conversion:
            return {statement(create_conversion(fact), fact)};
        case Kind::text_search_parser:
        case Kind::text_search_template:
            return {statement(phrase("CREATE ", fact) + " (" + attribute_of(fact, "definition") + ')', fact)};
        case Kind::text_search_dictionary:
            return {statement(create_dictionary(fact), fact)};
        case Kind::text_search_configuration:
            return create_configuration(fact);
        case Kind::foreign_data_wrapper:
            return {statement(create_wrapper(fact), fact)};
        case Kind::foreign_server:
            return {statement(create_server(fact), fact)};
        case Kind::user_mapping:
            return {statement(mapping_phrase("CREATE ", fact) + foreign_options(fact), fact)};
        case Kind::publication:
            return {statement(create_publication(fact), fact)};
        case Kind::publication_member:
            return {statement(add_member(fact), fact)};
        default:
            return {};
    }
}

Statements drop_other(const Fact& fact) {
    switch (fact.id.kind) {
        case Kind::user_mapping:
            return {statement(mapping_phrase("DROP ", fact), fact)};
        case Kind::publication_member:
            return {statement(member_phrase(" DROP ", fact), fact)};
        default:
            return {};
    }
}

Statements alter_other(const Fact& before, const Fact& after) {
    switch (after.id.kind) {
        case Kind::operator_:
            return {statement(alter_operator(after), after)};
        case Kind::text_search_dictionary:
            return alter_dictionary(before, after);
        case Kind::text_search_configuration:
            return change_mappings(before, after);
        case Kind::foreign_data_wrapper:
            return alter_wrapper(before, after);
        case Kind::foreign_server:
            return alter_server(before, after);
        case Kind::user_mapping:
            return {
                statement(mapping_phrase("ALTER ", after) + ' ' +
                              change_foreign_options(attribute_of(before, "options"), attribute_of(after, "options")),
                          after)};
        case Kind::publication:
            return {statement(alter_publication(before, after), after)};
        default:
            return {};
    }
}

}  // namespace rev::schema::postgres
