#include "schema/postgres/inherited_changes.hpp"

#include <algorithm>

#include "schema/postgres/names.hpp"
#include "schema/postgres/parts.hpp"

namespace rev::schema::postgres {
namespace {

/// Its NOT NULL is a table's own, or one of those that it inherits from.
constexpr int not_null_has_an_owner = 180000;

/// Since 18 a NOT NULL belongs to the table or to those that it inherits from: its own stays behind when they lose
/// theirs. So does one that came with a key that a partition got before its table.
bool keeps_not_null(const Fact& before, const Fact& after, const RenderContext& context) {
    if (context.version < not_null_has_an_owner || attribute_of(before, "not null").empty() ||
        !attribute_of(after, "not null").empty())
        return false;
    if (!takes_not_null_over(before)) return true;
    return std::ranges::any_of(context.before.facts(), [&](const Fact& key) {
        return key.id.kind == Kind::constraint && key.parent == before.parent &&
               attribute_of(key, "type") == "PRIMARY KEY" &&
               std::ranges::find(key.depends_on, before.id) != key.depends_on.end();
    });
}

void erase_not_null(Fact& fact) {
    for (const auto* name : {"not null", "not null name", "not null not valid", "not null no inherit"})
        fact.attributes.erase(name);
    fact.notes.erase("not null constraint");
}

void take_over_not_null_name(Fact& fact, const Fact& whole_before, const Fact& whole_after, const Fact& wanted) {
    const auto name_of = [](const Fact& column) { return note_of(column, "not null constraint"); };
    if (name_of(whole_before) == name_of(whole_after) || name_of(fact) != name_of(whole_before) ||
        name_of(wanted) != name_of(whole_after))
        return;
    fact.notes["not null constraint"] = name_of(wanted);
    fact.attributes.erase("not null name");
    if (const auto& name = attribute_of(wanted, "not null name"); !name.empty())
        fact.attributes["not null name"] = name;
}

void take_over(Fact& fact, const Fact& whole_before, const Fact& whole_after, const Fact& wanted) {
    // A NOT NULL comes and goes with its name.
    if (differs(whole_before, whole_after, "not null") &&
        attribute_of(whole_after, "not null") == attribute_of(wanted, "not null"))
        for (const auto* name : {"not null name", "not null not valid", "not null no inherit"}) {
            fact.attributes.erase(name);
            if (const auto found = wanted.attributes.find(name); found != wanted.attributes.end())
                fact.attributes[name] = found->second;
        }
    take_over_not_null_name(fact, whole_before, whole_after, wanted);
    for (const auto* name :
         {"generated", "type", "collation", "not null", "not null not valid", "not null name", "expression",
          "not valid", "not enforced", "deferrable", "deferred", "statistics", "storage", "identity"}) {
        if (!differs(whole_before, whole_after, name) || attribute_of(whole_after, name) != attribute_of(wanted, name))
            continue;
        const auto found = wanted.attributes.find(name);
        if (found == wanted.attributes.end())
            fact.attributes.erase(name);
        else
            fact.attributes[name] = found->second;
    }
}

}  // namespace

Fact with_inherited_changes(const Items& items, std::size_t index, const RenderContext& context) {
    const auto& item = items[index];
    auto before = *item.before;
    for (const auto whole : items.origins(index)) {
        if (!items[whole].before || !items[whole].after || items[whole].fate != Fate::alter) continue;
        const auto& whole_after = *items[whole].after;
        take_over(before, *items[whole].before, whole_after, *item.after);
        // What was taken over goes with it, and is made again as the table's own.
        if (context.version >= not_null_has_an_owner && takes_not_null_over(*item.before) &&
            differs(*items[whole].before, whole_after, "not null") && attribute_of(whole_after, "not null").empty() &&
            !attribute_of(*item.after, "not null").empty())
            erase_not_null(before);
        if (keeps_not_null(*item.before, *item.after, context)) before.attributes["not null"] = "true";
    }
    return before;
}

}  // namespace rev::schema::postgres
