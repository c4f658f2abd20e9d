#include "schema/postgres/facts_to_plan.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>

#include "schema/postgres/names.hpp"

namespace rev::schema::postgres {
namespace {

bool is_base_type(const Fact& fact) {
    return fact.id.kind == Kind::base_type && attribute_of(fact, "shell").empty() && !fact.attributes.empty();
}

/// The functions of a base type take and give values of it, and it needs them: its name comes first, as a shell, which
/// is an item of its own here. With the type's attributes: another type has other functions.
void split_base_types(std::vector<Fact>& facts, std::vector<Fact>& split) {
    for (auto& type : facts) {
        if (!is_base_type(type)) continue;
        Fact shell{type.id, type.parent, type.attributes, {}, {}};
        shell.id.name.emplace_back("shell");
        for (auto& routine : facts)
            if (std::ranges::find(type.depends_on, routine.id) != type.depends_on.end())
                std::ranges::replace(routine.depends_on, type.id, shell.id);
        type.depends_on.push_back(shell.id);
        split.push_back(std::move(shell));
    }
}

/// A typed table is of none while its type is made anew.
void split_type(Fact& table, const std::set<FactId>& columns, std::vector<Fact>& split) {
    const auto& type = attribute_of(table, "of type");
    if (type.empty()) return;
    Fact own{{Kind::table, table.id.name}, table.id, {{"of type", type}}, {}, table.depends_on};
    own.id.name.emplace_back("of type");
    const FactId first{Kind::column, table.id.name};
    for (auto column = columns.lower_bound(first); column != columns.end(); ++column) {
        if (column->name.size() < 2 || column->name[0] != table.id.name[0] || column->name[1] != table.id.name[1])
            break;
        own.depends_on.push_back(*column);
    }
    split.push_back(std::move(own));
}

}  // namespace

/// A table's replica identity may name an index, which is made after the table.
std::vector<Fact> facts_to_plan(const Model& model) {
    std::vector<Fact> facts(model.facts().begin(), model.facts().end());
    std::vector<Fact> split;
    split_base_types(facts, split);
    std::set<FactId> columns;
    for (const auto& fact : facts)
        if (fact.id.kind == Kind::column) columns.insert(fact.id);
    for (auto& fact : facts) {
        if (fact.id.kind == Kind::table) split_type(fact, columns, split);
        const auto identity = fact.attributes.find("replica identity");
        if (fact.id.kind != Kind::table || identity == fact.attributes.end()) continue;
        Fact own{{Kind::table, fact.id.name}, fact.id, {{"replica identity", identity->second}}, {}, {}};
        own.id.name.emplace_back("replica identity");
        constexpr std::string_view by_index = "USING INDEX ";
        if (identity->second.starts_with(by_index)) {
            for (const auto& other : model.facts()) {
                const auto can_be =
                    (other.id.kind == Kind::index || other.id.kind == Kind::constraint) && other.parent == fact.id;
                if (can_be && quote_name(other.id.name.back()) == identity->second.substr(by_index.size()))
                    own.depends_on.push_back(other.id);
            }
        }
        fact.attributes.erase(identity);
        split.push_back(std::move(own));
    }
    std::move(split.begin(), split.end(), std::back_inserter(facts));
    std::ranges::sort(facts, {}, &Fact::id);
    return facts;
}

}  // namespace rev::schema::postgres
