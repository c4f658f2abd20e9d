#include "schema/postgres/names.hpp"

#include <map>
#include <utility>

#include "base/utf8.hpp"
#include "sql/literals.hpp"
#include "sql/names.hpp"
#include "sql/token_text.hpp"

namespace rev::schema::postgres {
std::string quote_name(std::string_view name) { return sql::quoted_name(name, Dialect::postgresql); }

std::string qualified(std::span<const std::string> parts) {
    std::string text;
    for (const auto& part : parts) {
        if (!text.empty()) text += '.';
        text += quote_name(part);
    }
    return text;
}

std::string quote_text(std::string_view text) { return sql::text_literal(text, Dialect::postgresql); }

std::string quote_role(std::string_view role) {
    // In quotes these would be roles that somebody has given that name.
    return role == "PUBLIC" || role == "CURRENT_USER" ? std::string(role) : quote_name(role);
}

std::vector<std::string> split_sql_list(std::string_view text) {
    return sql::split_sql_list(text, Dialect::postgresql);
}

bool differs(const Fact& before, const Fact& after, std::string_view attribute) {
    return attribute_of(before, attribute) != attribute_of(after, attribute);
}

std::vector<std::string> split_parts(std::string_view text) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == '\x1f')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return text.empty() ? std::vector<std::string>{} : parts;
}

std::string shortened(const std::string& name, std::size_t longest) {
    return std::string(base::whole_characters(name, longest));
}

std::string identity_sequence_of(const Fact& column) {
    if (const auto& name = attribute_of(column, "identity sequence"); !name.empty()) return name;
    // What the server chooses where no name was written.
    return qualified(std::vector{column.id.name[0], column.id.name[1] + '_' + column.id.name[2] + "_seq"});
}

std::set<FactId> names_that_meet(const Model& before, const Model& after) {
    struct Held {
        std::set<std::string> tables;
        std::vector<FactId> columns;
    };
    std::map<std::pair<std::string, std::string>, Held> names;  // of NOT NULL, by schema and name
    for (const auto* model : {&before, &after}) {
        for (const auto& fact : model->facts()) {
            const auto& name = note_of(fact, "not null constraint");
            if (name.empty()) continue;
            // A new heir's is called as its table's, and comes behind that.
            if (note_of(fact, "not null inherited") == "t" && !before.find(fact.id)) continue;
            auto& held = names[{fact.id.name[0], name}];
            held.tables.insert(fact.id.name[1]);
            held.columns.push_back(fact.id);
        }
    }
    if (names.empty()) return {};
    for (const auto* model : {&before, &after})
        for (const auto& fact : model->facts())
            if (fact.id.kind == Kind::constraint)
                if (const auto held = names.find({fact.id.name[0], fact.id.name.back()}); held != names.end())
                    held->second.tables.insert(fact.id.name[1]);
    std::set<FactId> columns;
    for (const auto& [name, held] : names)
        if (held.tables.size() > 1) columns.insert(held.columns.begin(), held.columns.end());
    return columns;
}

}  // namespace rev::schema::postgres
