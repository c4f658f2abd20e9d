#include "schema/postgres/possible_renames.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "schema/postgres/names.hpp"

namespace rev::schema::postgres {
namespace {

bool can_be_renamed(const Fact& fact) {
    switch (fact.id.kind) {
        case Kind::table:
        case Kind::column:
        case Kind::view:
        case Kind::materialized_view:
        case Kind::type_enum:
        case Kind::sequence:
            return fact.id.name.size() == (fact.id.kind == Kind::column ? 3U : 2U);
        default:
            return false;
    }
}

/// What two objects have in common when one is the other: a table's columns, and of all else what it says of itself.
std::string likeness(const Fact& fact, const Model& model) {
    std::string text = std::string(to_string(fact.id.kind)) + '\n';
    text += fact.parent ? describe(*fact.parent) : "";
    for (const auto& [name, value] : fact.attributes) text += '\n' + name + ' ' + value;
    if (fact.id.kind != Kind::table) return text;
    const FactId first{Kind::column, fact.id.name};
    const auto facts = model.facts();
    for (auto column = std::ranges::lower_bound(facts, first, {}, &Fact::id); column != facts.end(); ++column) {
        if (column->id.kind != Kind::column || column->parent != fact.id) break;
        text += '\n' + column->id.name.back() + ' ' + attribute_of(*column, "type");
    }
    return text;
}

bool makes(const Statement& statement, const FactId& id) {
    if (id.kind == Kind::column)
        return statement.object.name == std::vector{id.name[0], id.name[1]} &&
               statement.sql.find(" ADD COLUMN " + quote_name(id.name.back()) + ' ') != std::string::npos;
    return statement.object == id && statement.sql.starts_with("CREATE ");
}

std::string advice(const Rename& rename) {
    const auto place = rename.to.kind == Kind::column ? "at the end of its line" : "on the line before its CREATE";
    return "it may be " + quote_name(rename.from.name.back()) + " under a new name: then write `-- rev:renamed from " +
           rename.from.name.back() + "` " + place;
}

}  // namespace

std::vector<Rename> find_possible_renames(const Model& from, const Model& to) {
    std::map<std::string, std::vector<FactId>> gone;
    for (const auto& fact : from.facts()) {
        // A column that goes with its table is no candidate.
        const auto goes_alone = !fact.parent || to.find(*fact.parent);
        if (can_be_renamed(fact) && goes_alone && !to.find(fact.id)) gone[likeness(fact, from)].push_back(fact.id);
    }
    std::vector<Rename> renames;
    for (const auto& fact : to.facts()) {
        if (gone.empty() || !can_be_renamed(fact) || from.find(fact.id)) continue;
        const auto alike = gone.find(likeness(fact, to));
        if (alike == gone.end() || alike->second.empty()) continue;
        renames.push_back({alike->second.front(), fact.id});
        // One can have become one other only.
        alike->second.erase(alike->second.begin());
    }
    return renames;
}

void warn_of_possible_renames(const std::vector<Rename>& renames, std::vector<RevisionDraft>& revisions) {
    for (const auto& rename : renames)
        for (auto& revision : revisions)
            for (auto& statement : revision.upgrade)
                if (makes(statement, rename.to))
                    statement.hazards.push_back({HazardKind::possible_rename, rename.to, advice(rename)});
}

}  // namespace rev::schema::postgres
