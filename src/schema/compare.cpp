// The difference of two models, whatever the dialect.
#include <algorithm>

#include "schema/migration.hpp"

namespace rev::schema {
namespace {

FactId with_new_name(FactId id, const Rename& rename) {
    const auto& from = rename.from.name;
    // What is said of an object has the object's kind in words before its name.
    for (const std::size_t at : {std::size_t{0}, std::size_t{1}}) {
        if (id.name.size() < at + from.size() || (id.name.size() == at + from.size() && id != rename.from && at == 0))
            continue;
        const auto begin = id.name.begin() + static_cast<std::ptrdiff_t>(at);
        if (!std::equal(from.begin(), from.end(), begin)) continue;
        if (from.size() != rename.to.name.size()) continue;
        std::ranges::copy(rename.to.name, begin);
        return id;
    }
    return id;
}

/// A hint may stay in the schema when the rename has long been made: then nothing has the old name any more. Where both
/// sides have the old name, it is another object by now.
bool is_active(const Rename& rename, const Model& from, const Model& to) {
    return rename.from != rename.to && from.find(rename.from) && to.find(rename.to) && !to.find(rename.from);
}

std::vector<Fact> under_new_names(const Model& from, const Model& to, const Hints& hints,
                                  std::vector<Change>& changes) {
    std::vector<Fact> facts(from.facts().begin(), from.facts().end());
    std::vector<Rename> made;
    for (const auto& rename : hints.renames) {
        if (!is_active(rename, from, to)) continue;
        changes.push_back({Change::Action::rename, rename.to, "", rename.from.name.back(), rename.to.name.back()});
        // What it is in may have another name already: its table, or its schema.
        auto now = rename;
        for (const auto& earlier : made) now.from = with_new_name(std::move(now.from), earlier);
        for (auto& fact : facts) {
            fact.id = with_new_name(std::move(fact.id), now);
            if (fact.parent) fact.parent = with_new_name(std::move(*fact.parent), now);
        }
        made.push_back(std::move(now));
    }
    // Names have changed, and the comparison below walks over both lists at once.
    std::ranges::sort(facts, {}, &Fact::id);
    return facts;
}

void compare_attributes(const Fact& before, const Fact& after, std::vector<Change>& changes) {
    auto all = before.attributes;
    all.insert(after.attributes.begin(), after.attributes.end());
    const auto value = [](const Fact& fact, const std::string& name) {
        const auto found = fact.attributes.find(name);
        return found == fact.attributes.end() ? std::string() : found->second;
    };
    for (const auto& [name, ignored] : all) {
        const auto old_value = before.attributes.find(name);
        const auto new_value = after.attributes.find(name);
        // An attribute that is not there is other than one that is empty.
        const auto same = old_value != before.attributes.end() && new_value != after.attributes.end() &&
                          old_value->second == new_value->second;
        if (!same) changes.push_back({Change::Action::alter, after.id, name, value(before, name), value(after, name)});
    }
    // An index's name says nothing of its table, and neither does its definition.
    if (after.id.kind == Kind::index && before.parent && after.parent && before.parent != after.parent)
        changes.push_back(
            {Change::Action::alter, after.id, "table", before.parent->name.back(), after.parent->name.back()});
}

}  // namespace

std::vector<Change> compare(const Model& from, const Model& to, const Hints& hints) {
    std::vector<Change> changes;
    const auto before = under_new_names(from, to, hints, changes);
    const auto after = to.facts();
    std::size_t b = 0;
    std::size_t a = 0;
    // Both are sorted by id. Invariant: all facts before b and a are compared.
    while (b < before.size() || a < after.size()) {
        if (a == after.size() || (b < before.size() && before[b].id < after[a].id)) {
            changes.push_back({Change::Action::drop, before[b++].id, "", "", ""});
        } else if (b == before.size() || after[a].id < before[b].id) {
            changes.push_back({Change::Action::add, after[a++].id, "", "", ""});
        } else {
            compare_attributes(before[b++], after[a], changes);
            ++a;
        }
    }
    // Renames come first among those of one id, as they were put in first.
    std::ranges::stable_sort(changes, {}, &Change::id);
    return changes;
}

}  // namespace rev::schema
