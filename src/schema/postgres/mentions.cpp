#include "schema/postgres/mentions.hpp"

#include <set>
#include <string>
#include <unordered_map>

#include "schema/postgres/names.hpp"
#include "sql/names.hpp"
#include "sql/nested_tokens.hpp"

namespace rev::schema::postgres {
namespace {

bool is_mentionable(Kind kind) {
    return kind == Kind::table || kind == Kind::view || kind == Kind::materialized_view || kind == Kind::routine ||
           kind == Kind::aggregate || kind == Kind::type_enum || kind == Kind::type_composite || kind == Kind::domain;
}

/// Names and words of a body, and of the texts that it executes.
std::set<std::string> names_in(const std::string& body) {
    std::set<std::string> names;
    for (const auto& token : sql::nested_tokens(body, Dialect::postgresql))
        if (token.kind == sql::SqlToken::Kind::word || token.kind == sql::SqlToken::Kind::quoted_name)
            names.insert(sql::unquoted_name(token.text, Dialect::postgresql));
    return names;
}

}  // namespace

/// CREATE FUNCTION looks into bodies in these languages, unless check_function_bodies is off.
bool has_checked_text_body(const Fact& fact) {
    if (fact.id.kind != Kind::routine || !note_of(fact, "parsed").empty()) return false;
    const auto& language = note_of(fact, "language");
    return language == "sql" || language == "plpgsql";
}

std::vector<std::pair<std::size_t, std::size_t>> find_mentions(const Items& items) {
    std::unordered_map<std::string, std::vector<std::size_t>> by_name;
    for (std::size_t i = 0; i < items.size(); ++i)
        if (is_mentionable(items[i].id().kind) && items[i].id().name.size() > 1 && items[i].fate != Fate::keep)
            // Without the schema, which a body need not write: a mention too many costs a place in the order only.
            by_name[items[i].id().name[1]].push_back(i);
    std::vector<std::pair<std::size_t, std::size_t>> mentions;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto* fact = items[i].after;
        if (!fact || items[i].fate == Fate::keep || !has_checked_text_body(*fact)) continue;
        for (const auto& name : names_in(note_of(*fact, "body"))) {
            const auto found = by_name.find(name);
            if (found == by_name.end()) continue;
            for (const auto mentioned : found->second)
                if (mentioned != i) mentions.emplace_back(i, mentioned);
        }
    }
    return mentions;
}

}  // namespace rev::schema::postgres
