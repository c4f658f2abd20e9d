#include "schema/postgres/online.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"

namespace rev::schema::postgres {
namespace {

constexpr int detaches_concurrently = 140000;

/// As it is but for the index of the whole that an index is part of: that one it leaves with its table.
bool is_same_alone(const Fact& before, const Fact& after) {
    auto left = before.attributes;
    auto right = after.attributes;
    left.erase("part of");
    right.erase("part of");
    return left == right;
}

class OnlineSplit {
public:
    OnlineSplit(const Model& from, const Model& to) : from_(from), to_(to) {
        for (const auto& fact : to.facts())
            for (const auto& needed : fact.depends_on) needed_.insert(needed);
    }

    Model between() {
        for (const auto& fact : to_.facts()) facts_.emplace(fact.id, fact);
        for (const auto& fact : to_.facts()) hold_back(fact);
        for (const auto& fact : from_.facts()) {
            keep_for_now(fact);
            keep_attached(fact);
        }
        std::vector<Fact> facts;
        for (auto& [id, fact] : facts_) facts.push_back(std::move(fact));
        return {Dialect::postgresql, to_.server_version(), std::move(facts)};
    }

private:
    /// A plain table that is the same object before and after.
    bool is_in_use(const std::optional<FactId>& table) const {
        if (!table || (table->kind != Kind::table && table->kind != Kind::materialized_view)) return false;
        const auto* before = from_.find(*table);
        const auto* after = to_.find(*table);
        // Of a partitioned or foreign table CONCURRENTLY can make no index.
        return before && after && attribute_of(*before, "kind").empty() && attribute_of(*after, "kind").empty() &&
               (table->kind == Kind::table || *before == *after);
    }

    /// Whether what it is made of is the same in both models.
    bool stands_on_the_same(const Fact& fact) const {
        return std::ranges::all_of(fact.depends_on, [&](const FactId& id) {
            const auto* before = from_.find(id);
            const auto* after = to_.find(id);
            return before && after && *before == *after;
        });
    }

    void hold_back(const Fact& fact) {
        switch (fact.id.kind) {
            case Kind::index:
                return hold_back_index(fact);
            case Kind::constraint:
                return hold_back_constraint(fact);
            case Kind::column:
                return hold_back_not_null(fact);
            default:
                return;
        }
    }

    void hold_back_index(const Fact& index) {
        // What others stand on, such as the index that a foreign key refers to, has to be there before them.
        if (!is_in_use(index.parent) || !note_of(index, "whole").empty() || needed_.contains(index.id)) return;
        const auto* before = from_.find(index.id);
        if (!before)
            remove(index.id);
        else if (before->parent == index.parent && differs(*before, index, "definition") && stands_on_the_same(*before))
            facts_.insert_or_assign(index.id, *before);
    }

    void hold_back_constraint(const Fact& constraint) {
        const auto merged = !note_of(constraint, "merged").empty() || !note_of(constraint, "inherited").empty();
        // ADD CONSTRAINT ... USING INDEX takes no index of these two, so that none can be built beforehand.
        const auto without_form = attribute_of(constraint, "type") == "EXCLUDE" ||
                                  attribute_of(constraint, "definition").find("WITHOUT OVERLAPS") != std::string::npos;
        if (is_given_later(constraint)) return remove(constraint.id);
        if (!is_in_use(constraint.parent) || merged || without_form || needed_.contains(constraint.id)) return;
        if (!from_.find(constraint.id)) remove(constraint.id);
    }

    /// A table's CHECK comes to its heirs with it: were it there before, it would be their own.
    bool is_given_later(const Fact& constraint) const {
        if (note_of(constraint, "inherited").empty() || from_.find(constraint.id)) return false;
        return std::ranges::any_of(to_.facts(), [&](const Fact& link) {
            if (link.id.kind != Kind::inheritance || link.parent != constraint.parent) return false;
            const FactId whole{Kind::constraint, {link.id.name[2], link.id.name[3], constraint.id.name.back()}};
            const auto* origin = to_.find(whole);
            return origin && !from_.find(whole) && (is_in_use(origin->parent) || is_given_later(*origin));
        });
    }

    void hold_back_not_null(const Fact& column) {
        const auto* before = from_.find(column.id);
        // A column has to be NOT NULL before it can become an identity column.
        if (!before || !is_in_use(column.parent) || !attribute_of(column, "identity").empty()) return;
        if (!attribute_of(*before, "not null").empty() || attribute_of(column, "not null").empty()) return;
        // A primary key sets NOT NULL itself.
        if (!note_of(column, "inherited").empty() || is_in_early_key(column)) return;
        auto& later = facts_.at(column.id);
        for (const auto* name : {"not null", "not null name", "not null not valid", "not null no inherit"})
            later.attributes.erase(name);
        later.notes.erase("not null constraint");
    }

    bool is_in_early_key(const Fact& column) const {
        return std::ranges::any_of(to_.facts(), [&](const Fact& fact) {
            return fact.id.kind == Kind::constraint && fact.parent == column.parent &&
                   attribute_of(fact, "type") == "PRIMARY KEY" && (needed_.contains(fact.id) || from_.find(fact.id)) &&
                   std::ranges::find(fact.depends_on, column.id) != fact.depends_on.end();
        });
    }

    /// An index that goes is dropped later too.
    void keep_for_now(const Fact& fact) {
        if (fact.id.kind != Kind::index || to_.find(fact.id) || !is_in_use(fact.parent)) return;
        if (!note_of(fact, "whole").empty() || !stands_on_the_same(fact) || is_name_taken(fact.id)) return;
        facts_.emplace(fact.id, fact);
        for (const auto& said : from_.facts())
            if (is_said_of_another(said.id.kind) && said.parent == fact.id) facts_.emplace(said.id, said);
    }

    /// A partition that leaves its table, and is else as it was, does so while others go on with both.
    void keep_attached(const Fact& link) {
        const FactId part{Kind::table, link.id.name};
        if (link.id.kind != Kind::partition || to_.find(link.id) || to_.server_version() < detaches_concurrently)
            return;
        if (!to_.find(part) || !stays_whole(link) || has_default_partition(link) || !is_only_detached(part)) return;
        std::erase_if(facts_, [&](const auto& entry) { return belongs_to(to_, entry.second, part); });
        for (const auto& fact : from_.facts())
            if (belongs_to(from_, fact, part)) facts_.emplace(fact.id, fact);
    }

    /// Whether the table that it is a partition of is there afterwards, too.
    bool stays_whole(const Fact& link) const {
        return std::ranges::all_of(link.depends_on, [&](const FactId& id) { return to_.find(id) != nullptr; });
    }

    /// PostgreSQL does not detach concurrently beside one: rows could go there meanwhile.
    bool has_default_partition(const Fact& link) const {
        return std::ranges::any_of(from_.facts(), [&](const Fact& fact) {
            return fact.id.kind == Kind::partition && attribute_of(fact, "of") == attribute_of(link, "of") &&
                   attribute_of(fact, "bound") == "DEFAULT";
        });
    }

    bool is_only_detached(const FactId& part) const {
        return std::ranges::all_of(to_.facts(), [&](const Fact& fact) {
            if (!belongs_to(to_, fact, part)) return true;
            const auto* before = from_.find(fact.id);
            return before && is_same_alone(*before, fact);
        });
    }

    static bool belongs_to(const Model& model, const Fact& fact, const FactId& table) {
        const auto* at = &fact;
        while (at && at->id != table) at = at->parent ? model.find(*at->parent) : nullptr;
        return at != nullptr;
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
    std::set<FactId> needed_;
    std::map<FactId, Fact> facts_;
};

}  // namespace

Model model_before_online(const Model& from, const Model& to) { return OnlineSplit(from, to).between(); }

}  // namespace rev::schema::postgres
