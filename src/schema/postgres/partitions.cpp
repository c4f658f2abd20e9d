// Partitions whose rows go elsewhere.
#include <algorithm>

#include "schema/postgres/actions.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/parts.hpp"

namespace rev::schema::postgres {

/// The table that the item is a partition of in the old model.
std::optional<std::size_t> Items::whole_before(std::size_t index) const {
    const auto link = find({Kind::partition, items_[index].id().name});
    if (!link || !items_[*link].before) return std::nullopt;
    const auto whole = partitioned_table_of(*items_[*link].before);
    return whole ? find(*whole) : std::nullopt;
}

/// The rows of a partition that goes are copied with its table's, which takes it along; so are those of its own
/// partitions. One that is made anew, too, only steps aside: copied by itself its rows would be there twice.
void Actions::absorb_partition_of_aside(std::size_t index) {
    auto whole = items_.whole_before(index);
    while (whole && items_[*whole].is_dropped() && !items_[*whole].aside) whole = items_.whole_before(*whole);
    if (!whole || !items_[*whole].aside || (items_[index].fate != Fate::drop && !items_[index].aside)) return;
    absorb(node_of(index, items_[index].aside ? Step::clear : Step::leave), node_of(*whole, Step::clear));
}

/// Whether a foreign key of a partition comes or goes with the statement for that of its table.
bool Actions::goes_with_key_of_whole(std::size_t index, Step step) const {
    const auto node = node_of(index, step);
    const auto is_key =
        items_[index].id().kind == Kind::constraint && attribute_of(items_[index].any(), "type") == "FOREIGN KEY";
    if (!is_key || !exists_[node] || hosts_[node] == no_node) return false;
    const auto from = inherited_from(index, step == Step::leave);
    return from && hosts_[node] == node_of(*from, step);
}

/// A foreign key of a partition that comes comes with that of its table, under the same name. It would have to be there
/// before ATTACH otherwise, and rows come behind that.
bool Actions::absorb_key_of_partition(std::size_t index) {
    const auto& item = items_[index];
    const auto is_key = item.id().kind == Kind::constraint && attribute_of(*item.after, "type") == "FOREIGN KEY";
    const auto from = is_key && item.after->parent ? inherited_from(index, false) : std::nullopt;
    if (!from || !items_[*from].is_created() || items_[*from].id().name.back() != item.id().name.back()) return false;
    const auto table = items_.find(*item.after->parent);
    if (!table || !items_[*table].is_created()) return false;
    absorb(node_of(index, Step::arrive), node_of(*from, Step::arrive));
    return hosts_[node_of(index, Step::arrive)] != no_node;
}

/// A foreign key of a partition that goes when the rows are copied goes with that of its table, long before.
void Actions::release_key_of_partition(std::size_t index) {
    const auto node = node_of(index, Step::leave);
    const auto& item = items_[index];
    const auto is_key = item.id().kind == Kind::constraint && attribute_of(item.any(), "type") == "FOREIGN KEY";
    if (!is_key || !exists_[node] || !item.is_dropped() || step_of(host(node)) != Step::clear) return;
    const auto from = inherited_from(index, true);
    if (!from || !items_[*from].is_dropped()) return;
    const auto leaves = node_of(*from, Step::leave);
    if (exists_[leaves] && host(leaves) != node) hosts_[node] = leaves;
}

std::vector<std::size_t> Items::partitions_of(std::size_t whole, bool before) const {
    std::vector<std::size_t> links;
    for (const auto user : before ? old_users_[whole] : new_users_[whole]) {
        const auto& link = items_[user];
        if (link.id().kind == Kind::partition && link.id().name != items_[whole].id().name) links.push_back(user);
    }
    return links;
}

bool Items::stays_default_beside(std::size_t link) const {
    for (const auto whole : items_[link].new_needs) {
        if (items_[whole].id().kind != Kind::table || items_[whole].id().name == items_[link].id().name) continue;
        for (const auto other : partitions_of(whole, false)) {
            if (other == link || attribute_of(*items_[other].after, "bound") != "DEFAULT") continue;
            const auto table = find({Kind::table, items_[other].id().name});
            return items_[other].fate == Fate::keep && table && !items_[*table].is_dropped();
        }
    }
    return false;
}

/// Its own partitions have to take their rows again: the bounds above may be others.
void Items::remake_partition(std::size_t table) {
    auto& item = items_[table];
    const auto keeps_rows = item.before && item.after && attribute_of(*item.before, "kind") != "foreign" &&
                            attribute_of(*item.after, "kind") != "foreign";
    if (!keeps_rows) return;
    item.fate = Fate::replace;
    for (const auto link : partitions_of(table, true))
        if (const auto part = find({Kind::table, items_[link].id().name});
            part && items_[link].after && items_[*part].fate != Fate::replace)
            remake_partition(*part);
}

/// The bounds of its partitions change: those that others take rows from are made anew, and hand their rows to the
/// table. So do those that go, as far as the others have a place for their rows.
void Items::move_rows_of(std::size_t whole) {
    const auto old_links = partitions_of(whole, true);
    const auto links = partitions_of(whole, false);
    const auto stays = [&](std::size_t link) {
        return std::ranges::find(old_links, link) != old_links.end() && std::ranges::find(links, link) != links.end();
    };
    const auto table_of_link = [&](std::size_t link) { return find({Kind::table, items_[link].id().name}); };
    std::size_t takers = 0;
    for (const auto link : links) {
        const auto is_default = attribute_of(*items_[link].after, "bound") == "DEFAULT";
        if (!stays(link) || items_[link].fate != Fate::keep || is_default) ++takers;
    }
    auto moves = false;
    for (const auto link : old_links) {
        const auto part = table_of_link(link);
        if (!part || attribute_of(*items_[*part].before, "kind") == "foreign") continue;
        if (stays(link) && items_[link].fate == Fate::replace && takers > 1) {
            remake_partition(*part);
            items_[*part].moves = items_[*part].fate == Fate::replace;
        }
        if (!items_[link].after && items_[*part].fate == Fate::drop && takers > 0) {
            items_[*part].moves = true;
            items_[*part].aside = true;
        }
        moves = moves || items_[*part].moves;
    }
    if (moves) remake_watchers(whole);
}

/// Rows that go to another partition are no new ones for triggers, and none to rewrite for rules: these come again
/// behind them.
void Items::remake_watchers(std::size_t whole) {
    for (const auto user : old_users_[whole]) {
        auto& item = items_[user];
        const auto watches = item.id().kind == Kind::trigger || item.id().kind == Kind::rule;
        if (watches && item.before && item.after && item.before->parent == items_[whole].id())
            item.fate = Fate::replace;
    }
}

/// Another type has other hashes, and may have another order: rows belong elsewhere. Lists name each value.
std::vector<std::size_t> Items::remake_partitions_of_retyped(std::size_t whole) {
    std::vector<std::size_t> remade;
    const auto& table = items_[whole];
    if (attribute_of(*table.after, "partition by").starts_with("LIST")) return remade;
    const auto links = partitions_of(whole, false);
    for (std::vector<std::size_t> wholes = {whole}; links.size() > 1 && !wholes.empty();) {
        const auto above = wholes.back();
        wholes.pop_back();
        for (const auto link : partitions_of(above, true)) {
            const auto part = find({Kind::table, items_[link].id().name});
            const auto stays = part && items_[link].after && items_[*part].before && items_[*part].after;
            if (!stays) continue;
            remake_partition(*part);
            remade.push_back(*part);
            wholes.push_back(*part);
        }
    }
    return remade;
}

/// DROP EXPRESSION reaches the tables below and no further ("must be applied to child tables too"): partitions
/// further below leave for that time. An heir that left would come back with a column of its own. Source:
/// ATPrepDropExpression() of 13 to 18.
void Items::decide_levels_of_plain_columns() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const auto& column = items_[i];
        if (!loses_expression(column)) continue;
        const FactId table{Kind::table, {column.id().name[0], column.id().name[1]}};
        const auto whole = find(table);
        if (!whole || origins(i).empty()) continue;
        for (const auto user : old_users_[*whole]) {
            auto& link = items_[user];
            const auto is_below = link.id().kind == Kind::partition && link.id().name != table.name;
            if (is_below && link.fate == Fate::keep) link.fate = Fate::replace;
        }
    }
}

void Items::decide_partitions() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const auto& table = items_[i];
        const auto is_partitioned = table.id().kind == Kind::table && table.before && table.after &&
                                    table.before->attributes.contains("partition by") &&
                                    table.after->attributes.contains("partition by");
        if (!is_partitioned) continue;
        if (!differs(*table.before, *table.after, "partition by")) {
            move_rows_of(i);
            continue;
        }
        // By another key a row belongs elsewhere, if there is more than one place.
        const auto links = partitions_of(i, false);
        for (const auto link : partitions_of(i, true))
            if (const auto part = find({Kind::table, items_[link].id().name});
                part && links.size() > 1 && std::ranges::find(links, link) != links.end())
                remake_partition(*part);
    }
}

}  // namespace rev::schema::postgres
