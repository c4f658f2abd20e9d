#include "schema/postgres/online.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"
#include "schema/postgres/online_groups.hpp"

namespace rev::schema::postgres {
namespace {

constexpr int detaches_concurrently = 140000;

class OnlineSplit {
public:
    OnlineSplit(const Model& from, const Model& to) : from_(from), to_(to), groups_(from, to) {}

    Model between() {
        for (const auto& fact : to_.facts()) facts_.emplace(fact.id, fact);
        for (const auto& link : groups_.links()) unlink(link);
        for (const auto& group : groups_.groups())
            for (const auto& [id, before] : group) hold_back(id, before);
        for (const auto& column : groups_.columns()) hold_back_not_null(column);
        for (auto& [id, fact] : facts_) hold_back_validation(fact);
        for (const auto& fact : from_.facts()) keep_for_now(fact);
        std::vector<Fact> facts;
        for (auto& [id, fact] : facts_) facts.push_back(std::move(fact));
        return {Dialect::postgresql, to_.server_version(), std::move(facts)};
    }

private:
    /// Until the table is a partition, its indexes are parts of nothing.
    void unlink(const FactId& link) {
        facts_.erase(link);
        for (auto& [id, fact] : facts_) {
            if (id.kind != Kind::index || fact.parent != FactId{Kind::table, link.name} || groups_.is_part(fact))
                continue;
            fact.attributes.erase("part of");
            fact.notes.erase("whole");
        }
    }

    void hold_back(const FactId& id, const std::optional<Fact>& before) {
        hold_back_replica_identity(id);
        if (before)
            facts_.insert_or_assign(id, *before);
        else
            remove(id);
    }

    /// A table's rows are told apart by an index that is not there yet.
    void hold_back_replica_identity(const FactId& index) {
        const auto* made = to_.find(index);
        if (!made || !made->parent) return;
        const auto table = facts_.find(*made->parent);
        if (table == facts_.end()) return;
        auto& attributes = table->second.attributes;
        const auto identity = attributes.find("replica identity");
        if (identity == attributes.end() || identity->second != "USING INDEX " + quote_name(index.name.back())) return;
        attributes.erase(identity);
        const auto* before = from_.find(table->first);
        if (before && !attribute_of(*before, "replica identity").empty())
            attributes["replica identity"] = attribute_of(*before, "replica identity");
    }

    void hold_back_not_null(const FactId& column) {
        auto& later = facts_.at(column);
        for (const auto* name : {"not null", "not null name", "not null not valid", "not null no inherit"})
            later.attributes.erase(name);
        later.notes.erase("not null constraint");
    }

    /// What has been NOT VALID is so until nothing of the table is locked any more.
    void hold_back_validation(Fact& column) const {
        constexpr auto not_valid = "not null not valid";
        const auto* before = from_.find(column.id);
        if (column.id.kind != Kind::column || !before || !groups_.is_in_use(column.parent)) return;
        if (const auto& held = attribute_of(*before, not_valid);
            !held.empty() && !attribute_of(column, "not null").empty())
            column.attributes[not_valid] = held;
    }

    /// An index that goes is dropped later too.
    void keep_for_now(const Fact& fact) {
        if (fact.id.kind != Kind::index || to_.find(fact.id) || !groups_.is_plain_in_use(fact.parent)) return;
        if (!note_of(fact, "whole").empty() || !groups_.stands_on_the_same(fact) || is_name_taken(fact.id)) return;
        facts_.emplace(fact.id, fact);
        for (const auto& said : from_.facts())
            if (is_said_of_another(said.id.kind) && said.parent == fact.id) facts_.emplace(said.id, said);
    }

    bool is_name_taken(const FactId& id) const {
        // Tables, indexes, views and sequences of a schema share one space of names.
        return std::ranges::any_of(to_.facts(), [&](const Fact& fact) {
            return fact.id.name.size() >= 2 && fact.id.name.front() == id.name.front() &&
                   fact.id.name.back() == id.name.back() && fact.id.kind != Kind::column;
        });
    }

    void remove(const FactId& id) {
        facts_.erase(id);
        std::erase_if(facts_, [&](const auto& entry) { return entry.second.parent == id; });
    }

    const Model& from_;
    const Model& to_;
    const OnlineGroups groups_;
    std::map<FactId, Fact> facts_;
};

/// It is known by its names in both, and goes on as a table.
bool leaves_its_table(const Fact& link, const Model& from, const Model& to) {
    if (link.id.kind != Kind::partition || to.find(link.id) || from.server_version() < detaches_concurrently)
        return false;
    const OnlineGroups groups(from, to);
    return groups.is_in_use(FactId{Kind::table, link.id.name}) &&
           std::ranges::all_of(link.depends_on, [&](const FactId& id) { return groups.is_in_use(id); });
}

}  // namespace

Model model_after_detach(const Model& from, const Model& to) {
    std::set<FactId> leaving;
    for (const auto& fact : from.facts())
        if (leaves_its_table(fact, from, to)) leaving.insert({Kind::table, fact.id.name});
    std::vector<Fact> facts;
    for (auto fact : from.facts()) {
        const auto table = FactId{Kind::table, fact.id.name};
        if (fact.id.kind == Kind::partition && leaving.contains(table)) continue;
        if (fact.parent && leaving.contains(*fact.parent)) {
            fact.attributes.erase("part of");
            for (const auto* note : {"whole", "part of", "inherited", "merged"}) fact.notes.erase(note);
        }
        facts.push_back(std::move(fact));
    }
    return {Dialect::postgresql, from.server_version(), std::move(facts)};
}

Model model_before_online(const Model& from, const Model& to) { return OnlineSplit(from, to).between(); }

}  // namespace rev::schema::postgres
