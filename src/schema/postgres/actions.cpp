#include "schema/postgres/actions.hpp"

#include <algorithm>

#include "schema/postgres/mentions.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"
#include "schema/postgres/order.hpp"
#include "schema/postgres/ranks.hpp"

namespace rev::schema::postgres {
namespace {

bool is_foreign_key(const Item& item) {
    return item.id().kind == Kind::constraint && attribute_of(item.any(), "type") == "FOREIGN KEY";
}

/// Whether DROP of the whole takes the part with it: not of a schema's or a server's, which are refused then.
bool goes_with(const Fact& part, Kind whole) {
    if (is_said_of_another(part.id.kind) || part.id.kind == Kind::default_grant) return true;
    return whole != Kind::schema && whole != Kind::foreign_server;
}

/// In CREATE TABLE a constraint is always valid.
bool fits_create_table(const Fact& constraint) {
    return !attribute_of(constraint, "definition").ends_with(" NOT VALID");
}

}  // namespace

Actions::Actions(Items& items) : items_(items) { build(); }

/// Anew from the beginning whenever something about a cycle was changed: edges, hosts and clauses follow from the
/// items.
void Actions::build() {
    const auto nodes = items_.size() * 3;
    exists_.assign(nodes, false);
    hosts_.assign(nodes, no_node);
    edges_.clear();
    soft_edges_.clear();
    clauses_.clear();
    handovers_.clear();
    // Hosts before edges, some of which depend on them.
    find_handovers();
    mark_existing();
    absorb_drops();
    absorb_creations();
    absorb_handovers();
    for (std::size_t i = 0; i < items_.size(); ++i) {
        add_old_edges(i);
        add_new_edges(i);
        add_partition_edges(i);
        add_copy_edges(i);
        add_owner_edges(i);
        add_heir_edges(i);
        add_row_edges(i);
        add_reference_edges(i);
        add_parent_order(i);
        add_grant_edges(i);
        add_cast_edges(i);
        add_held_row_edges(i);
        add_whole_index_edges(i);
    }
    add_name_edges();
    add_handover_edges();
    if (mentions_) add_mention_edges();
}

Node Actions::host(Node node) const {
    while (hosts_[node] != no_node) node = hosts_[node];
    return node;
}

/// A serial column that becomes an identity column, or the other way round.
void Actions::find_handovers() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const auto& column = items_[i];
        if (column.id().kind != Kind::column || column.fate != Fate::alter) continue;
        const auto was_identity = !attribute_of(*column.before, "identity").empty();
        const auto is_identity = !attribute_of(*column.after, "identity").empty();
        if (was_identity == is_identity) continue;
        for (const auto user : is_identity ? items_.old_users(i) : items_.new_users(i)) {
            const auto& owned = items_[user];
            if (owned.id().kind != Kind::sequence || owned.id().name.size() < 3) continue;
            const auto sequence = items_.find(*owned.any().parent);
            if (sequence && items_[*sequence].fate == (is_identity ? Fate::drop : Fate::add))
                handovers_.push_back({i, *sequence, is_identity});
        }
    }
}

void Actions::mark_existing() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const auto& item = items_[i];
        if (item.id().kind == Kind::enum_label) continue;
        exists_[node_of(i, Step::leave)] = item.is_dropped() || item.as_text;
        exists_[node_of(i, Step::arrive)] = item.is_created() || item.fate == Fate::alter;
        exists_[node_of(i, Step::clear)] = item.aside;
    }
    for (const auto& handover : handovers_)
        if (!handover.to_identity) exists_[node_of(handover.column, Step::leave)] = true;
}

void Actions::absorb(Node node, Node into) {
    // Not into what is itself a part of it: that would be a circle of hosts.
    if (exists_[node] && exists_[into] && node != into && host(into) != node) hosts_[node] = into;
}

/// Of what a partition or an heir has from its table: the fact there.
std::optional<std::size_t> Actions::inherited_from(std::size_t index, bool before) const {
    const auto* fact = before ? items_[index].before : items_[index].after;
    if (!fact) return std::nullopt;
    const auto kind = fact->id.kind;
    if (kind == Kind::index) {
        const auto whole = split_parts(note_of(*fact, "whole"));
        return whole.empty() ? std::nullopt : items_.find({Kind::index, whole});
    }
    const auto inherits = !note_of(*fact, "inherited").empty() || !note_of(*fact, "merged").empty();
    if ((kind != Kind::column && kind != Kind::constraint) || !inherits) return std::nullopt;
    if (const auto whole = split_parts(note_of(*fact, "part of")); !whole.empty())
        return items_.find({Kind::constraint, whole});
    for (const auto link : items_.kept_links({Kind::table, {fact->id.name[0], fact->id.name[1]}})) {
        for (const auto& parent : items_[link].any().depends_on) {
            const auto found = items_.find({kind, {parent.name[0], parent.name[1], fact->id.name[2]}});
            if (found && (before ? items_[*found].before : items_[*found].after)) return found;
        }
    }
    return std::nullopt;
}

void Actions::absorb_inherited(std::size_t index, Step step) {
    const auto& item = items_[index];
    const auto& name = item.id().name;
    const auto before = step == Step::leave;
    const auto from = inherited_from(index, before);
    if (!from) return;
    const FactId table = item.id().kind == Kind::index ? *item.any().parent : FactId{Kind::table, {name[0], name[1]}};
    if (items_.kept_links(table).empty()) return;
    const auto* fact = before ? item.before : item.after;
    if (before && items_.stays_with_heirs(*from)) return;
    const auto local = note_of(*fact, "inherited").empty() && item.id().kind != Kind::index;
    if (local) return;
    // Indexes, and constraints that are made of them, get their names only when they are made first.
    const auto type = attribute_of(*fact, "type");
    const auto made_first = item.id().kind == Kind::index || type == "PRIMARY KEY" || type == "UNIQUE" ||
                            type == "FOREIGN KEY" || type == "EXCLUDE";
    if (!before && (item.id().kind == Kind::column || !made_first)) {
        if (items_[*from].is_created() && item.is_created()) absorb(node_of(index, step), node_of(*from, step));
    } else if (before) {
        absorb(node_of(index, step), node_of(*from, step));
    }
}

/// A typed table's columns come and go with the attributes of its type.
void Actions::absorb_into_attribute(std::size_t index, Step step) {
    const auto attribute = items_[index].id().kind == Kind::column ? items_.type_attribute(index) : std::nullopt;
    if (attribute) absorb(node_of(index, step), node_of(*attribute, step));
}

/// What the old owner has is settled before, what the new one has behind.
void Actions::add_owner_edges(std::size_t index) {
    const auto& owner = items_[index];
    if (owner.id().kind != Kind::owner || owner.fate == Fate::keep) return;
    const auto object = items_.find(*owner.any().parent);
    if (!object) return;
    for (const auto* users : {&items_.old_users(*object), &items_.new_users(*object)}) {
        for (const auto user : *users) {
            if (items_[user].id().kind != Kind::grant) continue;
            for (const auto step : {Step::leave, Step::arrive}) {
                add(node_of(user, Step::leave), node_of(index, step));
                add(node_of(index, step), node_of(user, Step::arrive));
            }
        }
    }
}

/// Neither a base type nor the functions that read and write its values go without the other.
void Actions::absorb_into_base_type(std::size_t index) {
    const auto& item = items_[index];
    if (item.id().kind == Kind::base_type && item.id().name.size() > 2) {
        if (const auto type = items_.find({Kind::base_type, {item.id().name[0], item.id().name[1]}}))
            absorb(node_of(index, Step::leave), node_of(*type, Step::leave));
        return;
    }
    if (item.id().kind != Kind::routine) return;
    for (const auto needed : item.old_needs) {
        const auto& shell = items_[needed].id();
        if (shell.kind != Kind::base_type || shell.name.size() == 2) continue;
        if (const auto type = items_.find({Kind::base_type, {shell.name[0], shell.name[1]}}))
            absorb(node_of(index, Step::leave), node_of(*type, Step::leave));
    }
}

void Actions::absorb_drops() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const auto& item = items_[i];
        const auto node = node_of(i, Step::leave);
        if (!exists_[node] || !item.is_dropped() || apart_.contains(node)) continue;
        if (item.before->parent) {
            const auto parent = items_.find(*item.before->parent);
            if (parent && items_[*parent].is_dropped() && goes_with(*item.before, items_[*parent].id().kind))
                absorb(node, node_of(*parent, Step::leave));
        }
        if (hosts_[node] == no_node && item.id().kind == Kind::table) absorb_partition_of_aside(i);
        if (hosts_[node] == no_node) absorb_inherited(i, Step::leave);
        if (hosts_[node] == no_node) absorb_into_attribute(i, Step::leave);
        if (hosts_[node] == no_node) absorb_into_base_type(i);
        if (hosts_[node] == no_node && is_trigger_state(*item.before))
            for (const auto needed : item.old_needs)
                if (items_[needed].id().kind == Kind::trigger || items_[needed].id().kind == Kind::partition)
                    absorb(node, node_of(needed, Step::leave));
        // A sequence goes with the column that owns it.
        if (item.id().kind == Kind::sequence && item.id().name.size() == 3) {
            const auto sequence = items_.find(*item.before->parent);
            for (const auto column : item.old_needs)
                if (sequence && items_[column].id().kind == Kind::column && items_[column].is_dropped() &&
                    items_[*sequence].is_dropped() && !apart_.contains(node_of(*sequence, Step::leave)))
                    absorb(node_of(*sequence, Step::leave), node_of(column, Step::leave));
        }
    }
    for (std::size_t i = 0; i < items_.size(); ++i) release_key_of_partition(i);
}

/// A table takes none that a partition has already for the part of its own: the part is made with the whole, or when
/// the table becomes a partition.
bool Actions::absorb_exclusion(std::size_t index) {
    const auto& item = items_[index];
    if (item.id().kind != Kind::constraint || attribute_of(*item.after, "type") != "EXCLUDE") return false;
    const auto whole = split_parts(note_of(*item.after, "part of"));
    if (whole.empty()) return false;
    const auto node = node_of(index, Step::arrive);
    if (const auto link = items_.find({Kind::partition, item.after->parent->name}))
        absorb(node, node_of(*link, Step::arrive));
    const auto origin = items_.find({Kind::constraint, whole});
    if (hosts_[node] == no_node && origin) absorb(node, node_of(*origin, Step::arrive));
    return hosts_[node] != no_node;
}

void Actions::absorb_creations() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const auto& item = items_[i];
        const auto node = node_of(i, Step::arrive);
        if (!exists_[node] || !item.is_created() || apart_.contains(node)) continue;
        const auto kind = item.id().kind;
        if (absorb_exclusion(i) || absorb_key_of_partition(i)) continue;
        const auto parent = item.after->parent ? items_.find(*item.after->parent) : std::nullopt;
        const auto new_parent = parent && items_[*parent].is_created();
        const auto clause = kind == Kind::column || kind == Kind::attribute || kind == Kind::inheritance ||
                            (kind == Kind::column_default && items_[*parent].id().kind == Kind::column &&
                             !items_.type_attribute(*parent)) ||
                            (kind == Kind::constraint && fits_create_table(*item.after));
        if (clause && new_parent) {
            absorb(node, node_of(*parent, Step::arrive));
            if (hosts_[node] != no_node) clauses_.insert(node);
        }
        // CREATE TABLE ... OF says it.
        if (kind == Kind::table && item.id().name.back() == "of type" && new_parent && item.id().name.size() > 2)
            absorb(node, node_of(*parent, Step::arrive));
        if (hosts_[node] == no_node) absorb_inherited(i, Step::arrive);
        if (hosts_[node] == no_node) absorb_into_attribute(i, Step::arrive);
    }
}

void Actions::absorb_handovers() {
    for (const auto& handover : handovers_) {
        if (!handover.to_identity) continue;
        auto owned = items_[handover.sequence].id();
        owned.name.emplace_back("owned by");
        const auto into = node_of(handover.column, Step::arrive);
        absorb(node_of(handover.sequence, Step::leave), into);
        if (const auto found = items_.find(owned)) absorb(node_of(*found, Step::leave), into);
    }
}

void Actions::add(Node first, Node second) {
    if (!exists_[first] || !exists_[second]) return;
    edges_.emplace_back(first, second);
}

void Actions::add_old_edges(std::size_t index) {
    const auto& item = items_[index];
    const auto leave = node_of(index, Step::leave);
    const auto arrive = node_of(index, Step::arrive);
    add(leave, arrive);
    const auto clear = node_of(index, Step::clear);
    add(leave, clear);
    add(arrive, clear);
    // The names of what it shares with its table are free when that has stepped aside.
    if (item.aside && host(clear) != clear) add(node_of(item_of(host(clear)), Step::leave), arrive);
    for (const auto needed : item.old_needs) {
        const auto needed_leaves = node_of(needed, Step::leave);
        const auto needed_clears = node_of(needed, Step::clear);
        // A partition that goes with the old table when that is copied goes later than the table steps aside.
        const auto goes_with_copy = exists_[needed_clears] && host(leave) == host(needed_clears);
        // What goes with a table that stands aside has its values until then, of types that stand aside as well.
        const auto is_kept = step_of(host(leave)) == Step::clear;
        const auto of_copied =
            exists_[needed_leaves] && is_kept && item_of(host(leave)) == item_of(host(needed_leaves));
        // A type that goes is held by what stands aside and has values of it; so is what it is made of.
        const auto& going = items_[item_of(host(leave))];
        if (items_[needed].aside && going.fate == Fate::drop && can_stand_aside(going.id().kind))
            add(leave, needed_clears);
        else if (!goes_with_copy && !of_copied && !(is_kept && items_[needed].aside))
            add(leaves_before(index, needed), needed_leaves);
        if (is_kept && items_[needed].aside && item_of(host(leave)) != needed) add(leave, needed_clears);
        if (items_[needed].fate == Fate::alter && item.is_dropped() && !is_kept)
            add(leave, node_of(needed, Step::arrive));
        // A column that is text meanwhile needs nothing more from then on.
        if (item.fate == Fate::alter && items_[needed].is_dropped())
            add(item.as_text ? leave : arrive, items_[needed].aside ? needed_clears : needed_leaves);
        // The old one that stands aside is still made of what it needs.
        if (item.aside) {
            add(node_of(index, Step::clear), needed_clears);
            if (!items_[needed].aside && items_[needed].fate == Fate::drop)
                add(node_of(index, Step::clear), needed_leaves);
        }
    }
    add_held_edges(index);
}

/// A composite type or a table that stands aside holds what its parts are made of.
void Actions::add_held_edges(std::size_t index) {
    const auto& item = items_[index];
    const auto kind = item.id().kind;
    const auto is_part = kind == Kind::attribute || kind == Kind::column || kind == Kind::column_default;
    if (!is_part || !item.before) return;
    const auto whole_kind = kind == Kind::attribute ? Kind::type_composite : Kind::table;
    const auto whole = items_.find({whole_kind, {item.id().name[0], item.id().name[1]}});
    if (!whole) return;
    // A partition goes with the table that stands aside.
    const auto clear = items_[*whole].aside ? node_of(*whole, Step::clear) : host(node_of(*whole, Step::leave));
    if (step_of(clear) != Step::clear) return;
    for (const auto needed : item.old_needs) {
        // Its own parts go with it.
        const auto needed_kind = items_[needed].id().kind;
        if (needed == *whole || needed_kind == Kind::column || needed_kind == Kind::table) continue;
        add(clear, node_of(needed, Step::clear));
        if (!items_[needed].aside && items_[needed].fate == Fate::drop && kind != Kind::attribute)
            add(clear, node_of(needed, Step::leave));
    }
}

void Actions::add_new_edges(std::size_t index) {
    const auto& item = items_[index];
    if (!item.after || item.fate == Fate::keep) return;
    const auto arrive = node_of(index, Step::arrive);
    for (const auto needed : item.new_needs) add(node_of(needed, Step::arrive), arrive);
}

void Actions::add_partition_edges(std::size_t index) {
    const auto& item = items_[index];
    const auto kind = item.id().kind;
    if (kind == Kind::index || kind == Kind::constraint) {
        const auto whole = inherited_from(index, false);
        if (!whole || !item.is_created()) return;
        const auto arrive = node_of(index, Step::arrive);
        // One that comes with its whole, or with ATTACH, comes behind it.
        const auto comes_behind = attribute_of(*item.after, "type") == "EXCLUDE" && hosts_[arrive] != no_node;
        if (comes_behind)
            add(node_of(*whole, Step::arrive), arrive);
        else
            add(arrive, node_of(*whole, Step::arrive));
        return;
    }
    if (kind != Kind::partition && kind != Kind::inheritance) return;
    const FactId table{Kind::table, {item.id().name[0], item.id().name[1]}};
    const auto child = items_.find(table);
    const auto with_parts = [&](std::size_t whole, const auto& act) {
        for (const auto* users : {&items_.old_users(whole), &items_.new_users(whole)})
            for (const auto user : *users) {
                const auto part = items_[user].id().kind;
                const auto& parent = items_[user].any().parent;
                if ((part == Kind::column || part == Kind::constraint || part == Kind::index) &&
                    parent == items_[whole].id())
                    act(user);
            }
    };
    if (child && item.is_created() && hosts_[node_of(index, Step::arrive)] == no_node)
        with_parts(*child, [&](std::size_t part) {
            if (!goes_with_key_of_whole(part, Step::arrive))
                add(node_of(part, Step::arrive), node_of(index, Step::arrive));
        });
    if (child && item.is_dropped())
        with_parts(*child, [&](std::size_t part) {
            if (goes_with_key_of_whole(part, Step::leave)) return;
            add(node_of(index, Step::leave), node_of(part, Step::leave));
            add(node_of(index, Step::leave), node_of(part, Step::arrive));
        });
    // What a partition has from its table is named after that table's.
    for (const auto whole : item.new_needs)
        if (child && items_[whole].id() != table && item.is_created() && items_[whole].is_created())
            add(node_of(whole, Step::arrive), node_of(*child, Step::arrive));
    for (const auto whole : item.new_needs)
        if (items_[whole].id() != table && item.is_created())
            with_parts(whole, [&](std::size_t part) {
                if (items_[part].id().kind != Kind::column) return;
                add(node_of(part, Step::arrive), node_of(index, Step::arrive));
                add(node_of(part, Step::leave), node_of(index, Step::arrive));
            });
    for (const auto whole : item.old_needs)
        if (items_[whole].id() != table && item.is_dropped())
            with_parts(whole, [&](std::size_t part) {
                const auto own_statement = hosts_[node_of(index, Step::leave)] == no_node;
                if (items_[whole].is_dropped() && !own_statement) return;
                add(node_of(index, Step::leave), node_of(part, Step::leave));
                if (items_[part].id().kind == Kind::column)
                    add(node_of(index, Step::leave), node_of(part, Step::arrive));
            });
}

void Actions::add_wish(Node first, Node second) {
    if (!exists_[first] || !exists_[second]) return;
    edges_.emplace_back(first, second);
    soft_edges_.emplace(first, second);
}

/// Routines whose bodies are text come behind what these name, where that can be.
void Actions::add_mention_edges() {
    for (const auto& [routine, mentioned] : find_mentions(items_)) {
        add_wish(node_of(mentioned, Step::arrive), node_of(routine, Step::arrive));
    }
}

/// What a partition or an heir has from its table cannot be dropped by itself.
bool Actions::goes_only_with_its_whole(Node node) const {
    const auto* fact = items_[item_of(node)].before;
    return step_of(node) == Step::leave && fact != nullptr && fact->id.kind == Kind::constraint &&
           (!note_of(*fact, "inherited").empty() || !note_of(*fact, "merged").empty());
}

/// Changes what can be changed about a cycle; false: nothing is left.
bool Actions::loosen(const std::set<Node>& cycle) {
    const auto in_cycle = [&](Node node) { return cycle.contains(host(node)); };
    const auto soft = std::erase_if(edges_, [&](const Edge& edge) {
        return soft_edges_.contains(edge) && in_cycle(edge.first) && in_cycle(edge.second);
    });
    if (soft > 0) return true;
    const auto set_apart = [&](const auto& wanted) {
        auto changed = false;
        for (Node node = 0; node < hosts_.size(); ++node) {
            if (!exists_[node] || hosts_[node] == no_node || !in_cycle(node) || apart_.contains(node)) continue;
            if (!wanted(items_[item_of(node)]) || goes_only_with_its_whole(node)) continue;
            if (goes_with_key_of_whole(item_of(node), step_of(node))) continue;
            apart_.insert(node);
            changed = true;
        }
        if (changed) build();
        return changed;
    };
    // From what costs least to read to what costs most: a foreign key of its own, a default, any constraint, and last
    // an object that is made anew in place of being altered.
    if (set_apart(is_foreign_key)) return true;
    if (set_apart([](const Item& item) { return item.id().kind == Kind::column_default; })) return true;
    if (set_apart([](const Item& item) { return item.id().kind == Kind::constraint; })) return true;
    for (const auto node : cycle) {
        const auto& item = items_[item_of(node)];
        const auto kind = item.id().kind;
        if (item.fate != Fate::alter || kind == Kind::table || kind == Kind::column || kind == Kind::sequence) continue;
        items_.replace(item_of(node));
        build();
        return true;
    }
    return false;
}

std::vector<Node> Actions::ordered() {
    std::vector<Edge> between;
    for (;;) {
        std::set<Edge> unique;
        for (const auto& [first, second] : edges_)
            if (host(first) != host(second)) unique.emplace(host(first), host(second));
        between.assign(unique.begin(), unique.end());
        const auto cycles = find_cycles(hosts_.size(), between);
        // It ends: what was set apart or replaced stays so, and soft edges come back with such a change only.
        if (cycles.empty() || !std::ranges::any_of(cycles, [&](const auto& cycle) { return loosen(cycle); })) break;
    }
    std::vector<std::pair<ActionRank, Node>> ranked;
    for (Node node = 0; node < hosts_.size(); ++node)
        if (exists_[node] && hosts_[node] == no_node) ranked.emplace_back(rank_of(items_, node), node);
    // The rank decides wherever needs do not, so that the same change gives the same text.
    std::ranges::sort(ranked);
    std::vector<Node> nodes;
    for (const auto& [rank, node] : ranked) nodes.push_back(node);
    return sort_by_needs(between, nodes, hosts_.size());
}

}  // namespace rev::schema::postgres
