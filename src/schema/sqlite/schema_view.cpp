#include "schema/sqlite/schema_view.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/text.hpp"

namespace rev::schema::sqlite {
namespace {

long position_of(const Fact& fact) { return std::stol(fact.notes.at("position")); }

void sort_by_position(std::vector<const Fact*>& facts) {
    std::vector<std::pair<long, const Fact*>> placed;
    for (const auto* fact : facts) placed.emplace_back(position_of(*fact), fact);
    std::ranges::sort(placed, {}, [](const auto& each) { return each.first; });
    std::ranges::transform(placed, facts.begin(), [](const auto& each) { return each.second; });
}

}  // namespace

const Fact* TableView::column(std::string_view folded) const {
    const auto found = std::ranges::find_if(columns, [&](const Fact* each) { return each->id.name.back() == folded; });
    return found == columns.end() ? nullptr : *found;
}

std::optional<TableDefinition> TableView::definition() const { return is_whole() ? std::nullopt : read_table(sql()); }

SchemaView::SchemaView(const Model& model) {
    // Sorted by kind: a table is not always there before what belongs to it.
    for (const auto& fact : model.facts()) {
        const auto& name = fact.id.name.front();
        switch (fact.id.kind) {
            case Kind::table:
                tables[name].table = &fact;
                break;
            case Kind::column:
                tables[name].columns.push_back(&fact);
                break;
            case Kind::constraint:
                tables[name].constraints.push_back(&fact);
                break;
            case Kind::index:
                indexes.emplace(name, &fact);
                tables[fact.parent->name.front()].indexes.push_back(&fact);
                break;
            case Kind::view:
                views.emplace(name, &fact);
                break;
            case Kind::trigger:
                triggers.emplace(name, &fact);
                if (fact.parent->kind == Kind::table) tables[fact.parent->name.front()].triggers.push_back(&fact);
                break;
            case Kind::virtual_table:
                virtual_tables.emplace(name, &fact);
                break;
            default:
                break;
        }
    }
    // An index of a table that is not managed has no table here.
    std::erase_if(tables, [](const auto& each) { return each.second.table == nullptr; });
    for (auto& [name, table] : tables) {
        sort_by_position(table.columns);
        sort_by_position(table.triggers);
    }
}

const TableView* SchemaView::table(std::string_view folded) const {
    const auto found = tables.find(folded);
    return found == tables.end() ? nullptr : &found->second;
}

const Fact* SchemaView::find(const FactId& id) const {
    const auto& facts = id.kind == Kind::view ? views : triggers;
    const auto found = facts.find(id.name.front());
    return found == facts.end() ? nullptr : found->second;
}

bool SchemaView::has_name(std::string_view folded) const {
    return tables.contains(folded) || virtual_tables.contains(folded) || indexes.contains(folded) ||
           views.contains(folded);
}

std::set<FactId> SchemaView::dependents_of(std::set<FactId> objects) const {
    std::set<FactId> found;
    const auto depends = [&](const Fact& fact) {
        return (fact.parent && objects.contains(*fact.parent)) ||
               std::ranges::any_of(fact.depends_on, [&](const FactId& id) { return objects.contains(id); });
    };
    // A view may look at a view, and a trigger at either: until nothing more is found.
    for (bool grew = true; grew;) {
        grew = false;
        for (const auto* facts : {&views, &triggers})
            for (const auto& [name, fact] : *facts)
                if (depends(*fact) && found.insert(fact->id).second) grew = objects.insert(fact->id).second || grew;
    }
    return found;
}

bool is_generated(const Fact& column) { return column.attributes.contains("generated"); }

std::string quoted_name(const Fact& fact) { return quoted_if_needed(fact.notes.at("name")); }

std::vector<const Fact*> in_order_of_need(const std::vector<const Fact*>& facts) {
    std::map<FactId, const Fact*> by_id;
    for (const auto* fact : facts) by_id.emplace(fact->id, fact);
    std::vector<const Fact*> ordered;
    std::set<FactId> met;
    const std::function<void(const Fact*)> add = [&](const Fact* fact) {
        // Before its needs, so that a circle ends here.
        if (!met.insert(fact->id).second) return;
        for (const auto& need : fact->depends_on)
            if (const auto found = by_id.find(need); found != by_id.end()) add(found->second);
        ordered.push_back(fact);
    };
    for (const auto* fact : facts) add(fact);
    return ordered;
}

}  // namespace rev::schema::sqlite
