#include "schema/postgres/online_groups.hpp"

#include <algorithm>

#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"

namespace rev::schema::postgres {
namespace {

FactId table_named(const Fact& fact) { return {Kind::table, {fact.id.name[0], fact.id.name[1]}}; }

bool is_check(const Fact& fact) { return fact.id.kind == Kind::constraint && attribute_of(fact, "type") == "CHECK"; }

/// The index or constraint of the partitioned table that a partition's one is a part of.
std::optional<FactId> whole_of(const Fact& fact) {
    const auto name = split_parts(note_of(fact, fact.id.kind == Kind::index ? "whole" : "part of"));
    if (name.empty()) return std::nullopt;
    return FactId{fact.id.kind, name};
}

std::map<FactId, std::vector<const Fact*>> parts_by_whole(const Model& model) {
    std::map<FactId, std::vector<const Fact*>> parts;
    for (const auto& fact : model.facts()) {
        if (fact.id.kind != Kind::index && fact.id.kind != Kind::constraint) continue;
        if (const auto whole = whole_of(fact)) parts[*whole].push_back(&fact);
    }
    return parts;
}

/// The table that a partition or an heir is linked to.
FactId linked_table(const Fact& link) {
    if (link.id.kind == Kind::inheritance) return {Kind::table, {link.id.name[2], link.id.name[3]}};
    return partitioned_table_of(link).value_or(FactId{});
}

/// As it is but for the index of the whole that an index is part of.
bool is_same_alone(const Fact& before, const Fact& after) {
    auto left = before.attributes;
    auto right = after.attributes;
    left.erase("part of");
    right.erase("part of");
    return left == right;
}

/// What can be made anew beside the old one, and take its place in a moment.
bool is_other_object(const Fact& before, const Fact& after) {
    if (before.id.kind == Kind::index) return differs(before, after, "definition") || differs(before, after, "unique");
    return differs(before, after, "definition") || differs(before, after, "type");
}

bool is_in_key(const Fact& key, const FactId& column) {
    return std::ranges::find(key.depends_on, column) != key.depends_on.end();
}

}  // namespace

OnlineGroups::OnlineGroups(const Model& from, const Model& to)
    : from_(from), to_(to), parts_before_(parts_by_whole(from)), parts_after_(parts_by_whole(to)) {
    for (const auto& fact : to.facts())
        for (const auto& needed : fact.depends_on) users_[needed].push_back(&fact);
    find_links();
    find_index_groups();
    find_constraint_groups();
    find_keys_of_new_tables();
    find_columns();
    settle();
}

bool OnlineGroups::is_in_use(const std::optional<FactId>& table) const {
    if (!table || (table->kind != Kind::table && table->kind != Kind::materialized_view)) return false;
    const auto* before = from_.find(*table);
    const auto* after = to_.find(*table);
    if (!before || !after) return false;
    if (table->kind == Kind::materialized_view) return *before == *after;
    // A table that becomes partitioned, or is so otherwise, is made anew.
    const auto& kind = attribute_of(*after, "kind");
    return (kind.empty() || kind == "partitioned") && kind == attribute_of(*before, "kind") &&
           !differs(*before, *after, "partition by");
}

bool OnlineGroups::is_plain_in_use(const std::optional<FactId>& table) const {
    return is_in_use(table) && attribute_of(*to_.find(*table), "kind").empty();
}

bool OnlineGroups::stands_on_the_same(const Fact& fact) const {
    return std::ranges::all_of(fact.depends_on, [&](const FactId& id) {
        const auto* before = from_.find(id);
        const auto* after = to_.find(id);
        return before && after && *before == *after;
    });
}

bool OnlineGroups::is_part(const Fact& fact) const {
    // A partition that gets its table later is a table of its own until then.
    const auto table = fact.id.kind == Kind::index ? *fact.parent : table_named(fact);
    if (linked_later_.contains(table) && !parents_.contains(table)) return false;
    return whole_of(fact).has_value() || (fact.id.kind != Kind::index && !note_of(fact, "inherited").empty());
}

void OnlineGroups::find_links() {
    for (const auto& link : to_.facts()) {
        if (link.id.kind != Kind::partition && link.id.kind != Kind::inheritance) continue;
        if (can_link_later(link)) {
            links_.insert(link.id);
            linked_later_.insert(table_named(link));
            continue;
        }
        children_[linked_table(link)].push_back(table_named(link));
        parents_[table_named(link)].push_back(linked_table(link));
    }
}

/// A table that is there, which could hold rows; or one that comes beside a default partition, which holds rows.
bool OnlineGroups::can_link_later(const Fact& link) const {
    const auto child = table_named(link);
    const auto whole = linked_table(link);
    if (from_.find(link.id) || !is_in_use(whole)) return false;
    if (link.id.kind == Kind::inheritance) return is_in_use(child);
    const auto is_default = [&](const Fact& other) {
        return other.id.kind == Kind::partition && attribute_of(other, "of") == attribute_of(link, "of") &&
               attribute_of(other, "bound") == "DEFAULT" && to_.find(other.id) != nullptr &&
               to_.find(other.id)->attributes == other.attributes;
    };
    return is_in_use(child) || (!from_.find(child) && std::ranges::any_of(from_.facts(), is_default));
}

std::vector<const Fact*> OnlineGroups::parts_of(const Model& model, const FactId& whole) const {
    const auto& parts = &model == &from_ ? parts_before_ : parts_after_;
    std::vector<const Fact*> found;
    if (const auto direct = parts.find(whole); direct != parts.end()) found = direct->second;
    if (&model == &to_) std::erase_if(found, [&](const Fact* part) { return !is_part(*part); });
    return found;
}

/// False: one of them is in the way.
bool OnlineGroups::add_parts(OnlineGroup& group, const FactId& whole, bool is_replaced) const {
    const auto parts = parts_of(to_, whole);
    if (is_replaced && parts.size() != parts_of(from_, whole).size()) return false;
    for (const auto* part : parts) {
        const auto* before = from_.find(part->id);
        const auto same_place = before && before->parent == part->parent;
        if (is_replaced) {
            if (!same_place || whole_of(*before) != whole || !stands_on_the_same(*before)) return false;
            group.emplace(part->id, *before);
        } else if (!before) {
            group.emplace(part->id, std::nullopt);
        } else {
            // What a partition has by itself already becomes a part of what comes.
            if (!same_place || whole_of(*before) || !is_same_alone(*before, *part)) return false;
            group.emplace(part->id, *before);
        }
        if (!add_parts(group, part->id, is_replaced)) return false;
    }
    return true;
}

/// A foreign key takes whatever key of the columns there is: the one that is to go, while it stands.
bool OnlineGroups::is_key_in_use(const Fact& key) const {
    const auto& type = attribute_of(key, "type");
    if (key.id.kind != Kind::constraint || (type != "UNIQUE" && type != "PRIMARY KEY")) return false;
    const auto refers = [&](const Fact& fact) {
        return fact.id.kind == Kind::constraint && attribute_of(fact, "type") == "FOREIGN KEY" &&
               std::ranges::any_of(fact.depends_on, [&](const FactId& id) {
                   return (id.kind == Kind::column || id.kind == Kind::constraint) &&
                          key.parent == FactId{Kind::table, {id.name[0], id.name[1]}};
               });
    };
    return std::ranges::any_of(from_.facts(), refers) || std::ranges::any_of(to_.facts(), refers);
}

std::optional<OnlineGroup> OnlineGroups::group_of(const Fact& whole) const {
    const auto* before = from_.find(whole.id);
    OnlineGroup group;
    if (!before) {
        group.emplace(whole.id, std::nullopt);
    } else {
        if (before->parent != whole.parent || !is_other_object(*before, whole) || !stands_on_the_same(*before) ||
            is_key_in_use(whole))
            return std::nullopt;
        // A share of what the whole table had goes with that.
        if (whole_of(*before)) return std::nullopt;
        group.emplace(whole.id, *before);
    }
    if (!add_parts(group, whole.id, before != nullptr)) return std::nullopt;
    if (!is_check(whole)) return group;
    // A CHECK comes to partitions and heirs with their table's.
    std::vector<FactId> tables =
        children_.contains(*whole.parent) ? children_.at(*whole.parent) : std::vector<FactId>{};
    while (!tables.empty()) {
        const auto table = tables.back();
        tables.pop_back();
        const FactId id{Kind::constraint, {table.name[0], table.name[1], whole.id.name.back()}};
        const auto* after = to_.find(id);
        if (!after) continue;
        if (is_part(*after)) {
            const auto* old = from_.find(id);
            if (before ? !old : old && old->attributes != after->attributes) return std::nullopt;
            group.emplace(id, old ? std::optional(*old) : std::nullopt);
            // One that has it already gives it to those below, which have it as soon as they are its own.
            if (!before && old) continue;
        }
        if (const auto more = children_.find(table); more != children_.end())
            tables.insert(tables.end(), more->second.begin(), more->second.end());
    }
    return group;
}

void OnlineGroups::find_index_groups() {
    for (const auto& index : to_.facts()) {
        if (index.id.kind != Kind::index || is_part(index) || !is_in_use(index.parent)) continue;
        if (auto group = group_of(index)) groups_.push_back(std::move(*group));
    }
}

bool OnlineGroups::has_online_form(const Fact& fact) const {
    // ADD CONSTRAINT ... USING INDEX takes no index of these two, so that none can be built beforehand.
    return attribute_of(fact, "type") != "EXCLUDE" &&
           attribute_of(fact, "definition").find("WITHOUT OVERLAPS") == std::string::npos;
}

void OnlineGroups::find_constraint_groups() {
    for (const auto& constraint : to_.facts()) {
        if (constraint.id.kind != Kind::constraint || is_part(constraint)) continue;
        if (!is_in_use(constraint.parent) || !has_online_form(constraint)) continue;
        const auto* before = from_.find(constraint.id);
        if (before && !has_online_form(*before)) continue;
        if (auto group = group_of(constraint)) groups_.push_back(std::move(*group));
    }
}

/// A new table's foreign key to a key that comes later comes later, too.
void OnlineGroups::find_keys_of_new_tables() {
    const auto later = waiting();
    for (const auto& key : to_.facts()) {
        if (key.id.kind != Kind::constraint || attribute_of(key, "type") != "FOREIGN KEY" || is_part(key)) continue;
        if (from_.find(key.id) || is_in_use(key.parent)) continue;
        if (std::ranges::none_of(key.depends_on, [&](const FactId& id) { return later.contains(id); })) continue;
        if (auto group = group_of(key)) groups_.push_back(std::move(*group));
    }
}

void OnlineGroups::find_columns() {
    for (const auto& column : to_.facts()) {
        if (column.id.kind != Kind::column || attribute_of(column, "not null").empty()) continue;
        const auto* before = from_.find(column.id);
        // A column has to be NOT NULL before it can become an identity column.
        if (!attribute_of(column, "identity").empty()) continue;
        if (before && attribute_of(*before, "not null").empty() && is_in_use(column.parent)) columns_.insert(column.id);
    }
    // What comes with a new heir comes with its table's.
    for (const auto& column : to_.facts()) {
        if (column.id.kind != Kind::column || from_.find(column.id) || attribute_of(column, "not null").empty())
            continue;
        if (!attribute_of(column, "identity").empty()) continue;
        const auto parents = linked(*column.parent, true);
        const auto waits = [&](const FactId& table) {
            return columns_.contains({Kind::column, {table.name[0], table.name[1], column.id.name[2]}});
        };
        if (std::ranges::any_of(parents, waits)) columns_.insert(column.id);
    }
}

/// All tables above, or below.
std::vector<FactId> OnlineGroups::linked(const FactId& table, bool upward) const {
    const auto& links = upward ? parents_ : children_;
    std::vector<FactId> found;
    std::vector<FactId> open = {table};
    while (!open.empty()) {
        const auto next = links.find(open.back());
        open.pop_back();
        if (next == links.end()) continue;
        found.insert(found.end(), next->second.begin(), next->second.end());
        open.insert(open.end(), next->second.begin(), next->second.end());
    }
    return found;
}

std::set<FactId> OnlineGroups::waiting() const {
    std::set<FactId> ids;
    for (const auto& group : groups_)
        for (const auto& [id, before] : group) ids.insert(id);
    return ids;
}

bool OnlineGroups::waits_for_nothing(const OnlineGroup& group, const std::set<FactId>& waiting) const {
    return std::ranges::all_of(group, [&](const auto& entry) {
        const auto users = users_.find(entry.first);
        if (users == users_.end()) return true;
        return std::ranges::all_of(users->second, [&](const Fact* user) {
            if (is_said_of_another(user->id.kind) || waiting.contains(user->id)) return true;
            // What stood on the old one stands there still.
            return entry.second.has_value() && from_.find(user->id) != nullptr;
        });
    });
}

bool OnlineGroups::can_be_null_first(const FactId& column, const std::set<FactId>& waiting) const {
    // A primary key sets NOT NULL itself.
    const FactId table{Kind::table, {column.name[0], column.name[1]}};
    const auto users = users_.find(column);
    if (users != users_.end())
        for (const auto* key : users->second)
            if (key->id.kind == Kind::constraint && attribute_of(*key, "type") == "PRIMARY KEY" &&
                is_in_key(*key, column) && !waiting.contains(key->id))
                return false;
    const auto other = [&](const FactId& relative) {
        return FactId{Kind::column, {relative.name[0], relative.name[1], column.name[2]}};
    };
    const auto is_not_null = [](const Model& model, const FactId& id) {
        const auto* fact = model.find(id);
        return fact && !attribute_of(*fact, "not null").empty();
    };
    // NOT NULL of the tables above is one of this, too; and with this one the tables below get it.
    return std::ranges::none_of(linked(table, true),
                                [&](const FactId& parent) {
                                    const auto id = other(parent);
                                    return is_not_null(to_, id) && !columns_.contains(id);
                                }) &&
           std::ranges::none_of(linked(table, false), [&](const FactId& child) {
               const auto id = other(child);
               return is_not_null(to_, id) && !is_not_null(from_, id) && !columns_.contains(id);
           });
}

void OnlineGroups::settle() {
    // Until nothing changes: what one waits for may be taken out itself.
    for (auto changed = true; changed;) {
        const auto later = waiting();
        changed = std::erase_if(groups_, [&](const auto& group) { return !waits_for_nothing(group, later); }) > 0;
        // Together, so that of a column and its heirs' all go or none.
        std::vector<FactId> early;
        for (const auto& column : columns_)
            if (!can_be_null_first(column, later)) early.push_back(column);
        for (const auto& column : early) columns_.erase(column);
        changed = changed || !early.empty();
    }
}

}  // namespace rev::schema::postgres
