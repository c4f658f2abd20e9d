// What has to come before what for other reasons than that one needs the other.
#include <algorithm>
#include <map>
#include <set>

#include "schema/postgres/actions.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/ranks.hpp"

namespace rev::schema::postgres {

/// What takes a name waits for what gives it up.
void Actions::add_name_edges() {
    std::map<std::string, std::vector<Node>> leaving;
    for (std::size_t i = 0; i < items_.size(); ++i)
        if (exists_[node_of(i, Step::leave)] && items_[i].before)
            for (const auto& key : name_keys(*items_[i].before)) leaving[key].push_back(node_of(i, Step::leave));
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (!items_[i].is_created()) continue;
        for (const auto& key : name_keys(*items_[i].after))
            if (const auto found = leaving.find(key); found != leaving.end())
                for (const auto node : found->second)
                    if (item_of(node) != i) add(node, node_of(i, Step::arrive));
    }
}

void Actions::add_handover_edges() {
    for (const auto& handover : handovers_) {
        if (handover.to_identity) continue;
        add(node_of(handover.column, Step::leave), node_of(handover.sequence, Step::arrive));
        add(node_of(handover.sequence, Step::arrive), node_of(handover.column, Step::arrive));
    }
}

/// A change of a column is one of its heirs' columns too, so what stands on these waits for it as well.
void Actions::add_heir_edges(std::size_t index) {
    const auto& heir = items_[index];
    if (heir.id().kind != Kind::column || heir.fate != Fate::alter) return;
    for (const auto origin : items_.origins(index)) {
        if (items_[origin].fate != Fate::alter) continue;
        const auto changes = node_of(origin, Step::arrive);
        add(changes, node_of(index, Step::arrive));
        for (const auto user : items_.old_users(index))
            if (items_[user].is_dropped()) add(node_of(user, Step::leave), changes);
        const auto table = items_.find({Kind::table, {heir.id().name[0], heir.id().name[1]}});
        if (!table || !loses_expression(heir)) continue;
        for (const auto link : items_.partitions_of(*table, true))
            if (items_[link].is_dropped()) add(node_of(link, Step::leave), changes);
    }
}

/// The server changes no part of a composite type or of a table while a column elsewhere holds its rows: columns that
/// go are gone by then, and those that come are not there yet.
void Actions::add_held_row_edges(std::size_t index) {
    const auto& whole = items_[index];
    const auto of_table = whole.id().kind == Kind::table && whole.id().name.size() == 2;
    if ((whole.id().kind != Kind::type_composite && !of_table) || whole.is_dropped() || whole.is_created()) return;
    const auto part_kind = of_table ? Kind::column : Kind::attribute;
    std::set<std::size_t> changing;
    for (const auto* users : {&items_.old_users(index), &items_.new_users(index)})
        for (const auto user : *users)
            if (items_[user].id().kind == part_kind && items_[user].fate != Fate::keep &&
                items_[user].any().parent == whole.id())
                changing.insert(user);
    if (changing.empty()) return;
    for (const auto before : {true, false})
        for (const auto column : items_.columns_that_hold(index, before)) {
            const auto& holder = items_[column];
            for (const auto part : changing)
                for (const auto changes : {node_of(part, Step::leave), node_of(part, Step::arrive)}) {
                    if (before && holder.is_dropped()) add(node_of(column, Step::leave), changes);
                    if (!before && !changing.contains(column)) add(changes, node_of(column, Step::arrive));
                }
        }
}

/// A table inherits from others in the order in which it was told to.
void Actions::add_parent_order(std::size_t index) {
    const auto& link = items_[index];
    if (link.id().kind != Kind::inheritance || !link.is_created()) return;
    for (const auto other : items_.links_of({Kind::table, {link.id().name[0], link.id().name[1]}}))
        if (items_[other].is_created() && order_of_parent(*items_[other].after) > order_of_parent(*link.after))
            add(node_of(index, Step::arrive), node_of(other, Step::arrive));
}

/// No partition leaves while a key refers to its rows.
void Actions::add_reference_edges(std::size_t index) {
    const auto& key = items_[index];
    const auto foreign_key = key.id().kind == Kind::constraint && attribute_of(key.any(), "type") == "FOREIGN KEY";
    if (!foreign_key || key.fate == Fate::keep) return;
    if (key.before && key.is_dropped())
        for (const auto link : items_.moving_partitions_behind(*key.before))
            add(node_of(index, Step::leave), node_of(link, Step::leave));
    if (key.after && key.is_created())
        for (const auto link : items_.moving_partitions_behind(*key.after))
            add(node_of(link, Step::arrive), node_of(index, Step::arrive));
}

/// REVOKE on a table revokes on its columns, too: what these have comes behind it.
void Actions::add_grant_edges(std::size_t index) {
    const auto& grant = items_[index];
    if (grant.id().kind != Kind::grant || grant.id().name.front() != "column") return;
    const auto whole = items_.whole_grant(grant.id());
    if (!whole) return;
    add(node_of(*whole, Step::leave), node_of(index, Step::arrive));
    add(node_of(*whole, Step::arrive), node_of(index, Step::arrive));
}

/// A column that holds another table's rows is text while that table's columns change. What only comes or goes there,
/// comes and goes outside of that time: the text of a row has as many values as the table has columns.
void Actions::add_row_edges(std::size_t index) {
    if (!items_[index].as_text) return;
    const auto becomes_text = node_of(index, Step::leave);
    const auto comes_back = node_of(index, Step::arrive);
    for (const auto user : items_.old_users(index))
        if (items_[user].is_dropped()) add(node_of(user, Step::leave), becomes_text);
    for (const auto table : items_.tables_held_by(index)) {
        add(becomes_text, node_of(table, Step::leave));
        add(becomes_text, node_of(table, Step::arrive));
        if (items_[table].is_created() || items_[table].is_dropped()) continue;
        for (const auto part : items_.old_users(table)) {
            if (items_[part].id().kind != Kind::column || items_[part].any().parent != items_[table].id()) continue;
            if (items_[part].is_dropped()) add(node_of(part, Step::leave), becomes_text);
            if (items_[part].fate != Fate::alter) continue;
            add(becomes_text, node_of(part, Step::arrive));
            add(node_of(part, Step::arrive), comes_back);
        }
        for (const auto part : items_.new_users(table))
            if (items_[part].fate == Fate::add && items_[part].id().kind == Kind::column &&
                items_[part].any().parent == items_[table].id())
                add(comes_back, node_of(part, Step::arrive));
    }
}

/// pg_depend knows who uses a cast's function, not who uses the cast: those wait for it, and it goes after them.
void Actions::add_cast_edges(std::size_t index) {
    const auto& cast = items_[index];
    if (cast.id().kind != Kind::cast) return;
    for (const auto needed : cast.new_needs)
        for (const auto user : items_.new_users(needed))
            if (user != index) add_wish(node_of(index, Step::arrive), node_of(user, Step::arrive));
    for (const auto needed : cast.old_needs)
        for (const auto user : items_.old_users(needed))
            if (user != index) add_wish(node_of(user, Step::leave), node_of(index, Step::leave));
}

/// When an item lets go of what it needs. A table that stands aside, and the partitions that go with it, keep their
/// rows alone from the beginning.
Node Actions::leaves_before(std::size_t index, std::size_t needed) const {
    const auto leave = node_of(index, Step::leave);
    const auto hosted = host(leave);
    const auto& item = items_[index];
    const auto kind = item.id().kind;
    const auto is_let_go = kind == Kind::column_default || kind == Kind::constraint || kind == Kind::trigger ||
                           kind == Kind::policy || kind == Kind::rule || kind == Kind::index ||
                           kind == Kind::statistics ||
                           (kind == Kind::column && !attribute_of(*item.before, "generated").empty());
    const auto goes_before = items_[needed].is_dropped() && !items_[needed].aside;
    return is_let_go && goes_before && step_of(hosted) == Step::clear ? node_of(item_of(hosted), Step::leave) : leave;
}

/// An index of the whole takes those of partitions that are there, not those of tables that become partitions later.
void Actions::add_whole_index_edges(std::size_t index) {
    const auto& part = items_[index];
    if (part.id().kind != Kind::index || !part.after) return;
    // ATTACH would make the parts that an invalid one lacks.
    const auto table = items_.find(*part.after->parent);
    if (table && part.is_created() && !attribute_of(*part.after, "invalid").empty())
        for (const auto link : items_.partitions_of(*table, false))
            add(node_of(link, Step::arrive), node_of(index, Step::arrive));
    const auto whole = inherited_from(index, false);
    const auto link = items_.find({Kind::partition, part.after->parent->name});
    if (!whole || !items_[*whole].is_created()) return;
    if (link) add(node_of(*link, Step::arrive), node_of(*whole, Step::arrive));
    // One that stays is attached, which takes nothing where the whole has it already.
    if (part.fate == Fate::alter) add(node_of(*whole, Step::arrive), node_of(index, Step::arrive));
}

/// Rows are copied to a table that has all its partitions, and theirs, and its columns.
void Actions::add_target_edges(std::size_t target, Node copied) {
    for (const auto user : items_.new_users(target))
        if (items_[user].id().kind == Kind::column && items_[user].any().parent == items_[target].id())
            add(node_of(user, Step::arrive), copied);
    for (const auto link : items_.partitions_of(target, false)) {
        add(node_of(link, Step::arrive), copied);
        if (const auto part = items_.find({Kind::table, items_[link].id().name})) add_target_edges(*part, copied);
    }
}

void Actions::add_copy_edges(std::size_t index) {
    const auto& table = items_[index];
    if (!table.aside || table.id().kind != Kind::table) return;
    const auto copied = node_of(index, Step::clear);
    const auto whole_table = table.moves ? items_.whole_before(index) : std::nullopt;
    const auto target = whole_table.value_or(index);
    std::vector<std::size_t> wholes = {index, target};
    for (const auto one : {index, target})
        for (const auto user : items_.new_users(one))
            if (items_[user].id().kind == Kind::column || items_[user].id().kind == Kind::constraint)
                wholes.push_back(user);
    add_target_edges(target, copied);
    if (whole_table)
        for (const auto user : items_.old_users(target)) {
            const auto kind = items_[user].id().kind;
            if (kind == Kind::trigger || kind == Kind::rule) add(node_of(user, Step::leave), copied);
        }
    for (const auto whole : wholes) {
        for (const auto user : items_.new_users(whole)) {
            const auto& other = items_[user];
            const auto kind = other.id().kind;
            const auto foreign_key = kind == Kind::constraint && other.any().parent != table.id() &&
                                     other.any().parent != items_[target].id();
            if (kind == Kind::trigger || kind == Kind::rule || kind == Kind::materialized_view || foreign_key)
                add(copied, node_of(user, Step::arrive));
        }
    }
}

}  // namespace rev::schema::postgres
