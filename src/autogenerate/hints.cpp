#include "autogenerate/hints.hpp"

#include <algorithm>

#include "autogenerate/sections.hpp"
#include "schema/hints.hpp"

namespace rev::autogenerate {
namespace {

/// Under the old name of the whole, or under its new one.
bool is_part_of(const schema::FactId& id, const schema::Rename& whole) {
    const auto begins_with = [&](const std::vector<std::string>& name) {
        return id.name.size() == name.size() + 1 && std::equal(name.begin(), name.end(), id.name.begin());
    };
    return begins_with(whole.from.name) || begins_with(whole.to.name);
}

}  // namespace

schema::Hints read_hints(const Desired& desired) {
    schema::Hints hints;
    for (const auto& ddl : desired.texts) {
        const auto found = schema::read_hints(ddl.text, desired.model.dialect(), ddl.shown);
        hints.renames.insert(hints.renames.end(), found.renames.begin(), found.renames.end());
        hints.using_expressions.insert(hints.using_expressions.end(), found.using_expressions.begin(),
                                       found.using_expressions.end());
    }
    return hints;
}

void complete_renames(schema::Hints& hints, const schema::Model& from, const schema::Model& to) {
    const auto wholes = hints.renames;
    for (auto& part : hints.renames) {
        for (const auto& whole : wholes) {
            if (!is_part_of(part.from, whole) && !is_part_of(part.to, whole)) continue;
            if (from.find(part.from) == nullptr) std::ranges::copy(whole.from.name, part.from.name.begin());
            if (to.find(part.to) == nullptr) std::ranges::copy(whole.to.name, part.to.name.begin());
        }
    }
}

std::string dump_text(const schema::Model& model) {
    const schema::Model nothing(model.dialect(), model.server_version(), {});
    std::string text;
    // Bodies may name what stands behind them.
    if (std::ranges::any_of(model.facts(), [](const auto& fact) { return fact.id.kind == schema::Kind::routine; }))
        text += "SET check_function_bodies = off;\n";
    for (const auto& draft : plan_migration(nothing, model).revisions) {
        if (!text.empty()) text += '\n';
        text += section_text(draft.upgrade, Purpose::proof);
    }
    return text;
}

}  // namespace rev::autogenerate
