// Tables that inherit from several others: in which order, and what is theirs alone.
#include <algorithm>
#include <charconv>

#include "schema/postgres/items.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/parts.hpp"

namespace rev::schema::postgres {
namespace {

FactId parent_in(const Fact& link) { return {Kind::table, {link.id.name[2], link.id.name[3]}}; }

}  // namespace

bool takes_not_null_over(const Fact& column) { return note_of(column, "not null inherited").starts_with('t'); }

int order_of_parent(const Fact& link) {
    const auto& text = note_of(link, "order");
    int order = 0;
    std::from_chars(text.data(), text.data() + text.size(), order);
    return order;
}

std::vector<std::size_t> Items::own_not_nulls_below(std::size_t column) const {
    std::vector<std::size_t> found;
    const auto& item = items_[column];
    const auto comes = item.id().kind == Kind::column && item.before && item.after &&
                       attribute_of(*item.before, "not null").empty() && !attribute_of(*item.after, "not null").empty();
    if (!comes) return found;
    // A key that stays holds its NOT NULL.
    const auto is_key = [&](const Fact& of_heir) {
        return std::ranges::any_of(items_, [&](const Item& key) {
            return key.before && key.after && !key.is_dropped() && key.id().kind == Kind::constraint &&
                   key.before->parent == of_heir.parent && attribute_of(*key.before, "type") == "PRIMARY KEY" &&
                   std::ranges::find(key.before->depends_on, of_heir.id) != key.before->depends_on.end();
        });
    };
    const auto gives_way = [&](const Item& heir) {
        return heir.id().kind == Kind::column && heir.fate == Fate::alter &&
               heir.id().name.back() == item.id().name.back() &&
               !note_of(*heir.before, "not null constraint").empty() && !takes_not_null_over(*heir.before) &&
               takes_not_null_over(*heir.after) && !is_key(*heir.before);
    };
    // Heirs of heirs come with them.
    for (std::vector<std::size_t> above = {column}; !above.empty();) {
        const auto whole = above.back();
        above.pop_back();
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (!gives_way(items_[i]) || std::ranges::find(found, i) != found.end()) continue;
            const auto from = origins(i);
            if (std::ranges::find(from, whole) == from.end()) continue;
            found.push_back(i);
            above.push_back(i);
        }
    }
    return found;
}

std::vector<std::size_t> Items::links_of(const FactId& table) const {
    std::vector<std::size_t> links;
    auto found = std::ranges::lower_bound(items_, FactId{Kind::inheritance, table.name}, {}, &Item::id);
    for (; found != items_.end() && found->id().kind == Kind::inheritance; ++found) {
        const auto& name = found->id().name;
        if (name[0] != table.name[0] || name[1] != table.name[1]) break;
        links.push_back(static_cast<std::size_t>(found - items_.begin()));
    }
    return links;
}

/// INHERIT puts a parent behind the others: from the first one on that does not stand where it shall, they leave and
/// come again.
std::vector<std::size_t> Items::parents_out_of_order(const std::vector<std::size_t>& links) const {
    std::vector<std::size_t> kept;
    std::vector<std::size_t> wanted;
    for (const auto link : links) {
        if (items_[link].before && items_[link].after) kept.push_back(link);
        if (items_[link].after) wanted.push_back(link);
    }
    std::ranges::sort(kept, {}, [&](std::size_t link) { return order_of_parent(*items_[link].before); });
    std::ranges::sort(wanted, {}, [&](std::size_t link) { return order_of_parent(*items_[link].after); });
    std::size_t same = 0;
    while (same < kept.size() && kept[same] == wanted[same]) ++same;
    return {kept.begin() + static_cast<std::ptrdiff_t>(same), kept.end()};
}

/// The server changes no type of a column that comes from two tables: it has to come from one meanwhile.
std::vector<std::size_t> Items::parents_of_retyped(const std::vector<std::size_t>& links) const {
    std::vector<std::size_t> leaving;
    std::set<std::string> seen;
    for (const auto link : links) {
        if (!items_[link].before || !items_[link].after) continue;
        const auto parent = parent_in(*items_[link].after);
        const auto table = find(parent);
        if (!table) continue;
        std::set<std::string> names;
        for (const auto user : old_users_[*table])
            if (items_[user].id().kind == Kind::column && items_[user].any().parent == parent &&
                changes_type(items_[user]))
                names.insert(items_[user].id().name[2]);
        if (std::ranges::any_of(names, [&](const std::string& name) { return seen.contains(name); }))
            leaving.push_back(link);
        seen.merge(names);
    }
    return leaving;
}

/// Whether the table has a column from there and from nowhere else: that would be its own when it leaves.
bool Items::gives_columns_alone(const Fact& link) const {
    const auto table = find(parent_in(link));
    if (!table) return false;
    return std::ranges::any_of(old_users_[*table], [&](std::size_t user) {
        const auto& part = items_[user];
        if (part.id().kind != Kind::column && part.id().kind != Kind::constraint) return false;
        const auto own = find({part.id().kind, {link.id.name[0], link.id.name[1], part.id().name.back()}});
        return own && items_[*own].before && items_[*own].after && !note_of(*items_[*own].after, "inherited").empty();
    });
}

/// An heir of a table that is made anew would be left with columns of its own.
void Items::remake_with_heirs(std::size_t table) {
    items_[table].fate = Fate::replace;
    for (const auto user : old_users_[table]) {
        const auto& link = items_[user];
        if (link.id().kind != Kind::inheritance || !link.before || !link.after) continue;
        if (parent_in(*link.before) != items_[table].id()) continue;
        const auto heir = find({Kind::table, {link.id().name[0], link.id().name[1]}});
        if (heir && items_[*heir].before && items_[*heir].after && items_[*heir].fate != Fate::replace)
            remake_with_heirs(*heir);
    }
}

/// Whether a CHECK that a partition or an heir has as its own from now on goes with the one that it had from its table;
/// or one of an heir is its table's from now on, which the server would take for both.
bool Items::changes_with_check_of_table(const Item& check) const {
    const auto& name = check.id().name;
    const auto was_inherited = !note_of(*check.before, "inherited").empty();
    const auto is_inherited = !note_of(*check.after, "inherited").empty();
    if (was_inherited == is_inherited) return false;
    for (const auto link : kept_links({Kind::table, {name[0], name[1]}}))
        for (const auto& parent : items_[link].any().depends_on) {
            const auto origin = find({Kind::constraint, {parent.name[0], parent.name[1], name[2]}});
            if (parent.kind != Kind::table || !origin) continue;
            const auto is_heir = items_[link].id().kind == Kind::inheritance;
            if (was_inherited ? items_[*origin].is_dropped() : is_heir && items_[*origin].fate == Fate::add)
                return true;
        }
    return false;
}

/// What a partition or an heir keeps, but goes with what its table loses, is made again.
void Items::decide_parts_left() {
    for (auto changed = true; changed;) {
        changed = false;
        for (auto& item : items_) {
            if (!item.before || !item.after || item.is_dropped()) continue;
            auto goes = item.id().kind == Kind::constraint && changes_with_check_of_table(item);
            if (item.id().kind == Kind::index) {
                const auto whole = split_parts(note_of(*item.before, "whole"));
                const auto found = whole.empty() ? std::nullopt : find({Kind::index, whole});
                goes = found && items_[*found].is_dropped();
            }
            if (goes) item.fate = Fate::replace;
            changed = changed || goes;
        }
    }
}

void Items::decide_parents() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        auto& table = items_[i];
        if (table.id().kind != Kind::table || table.id().name.size() != 2 || !table.before || !table.after) continue;
        if (!table.before->attributes.contains("inherits") && !table.after->attributes.contains("inherits")) continue;
        const auto links = links_of(table.id());
        auto leaving = parents_out_of_order(links);
        if (leaving.empty()) leaving = parents_of_retyped(links);
        const auto exact =
            std::ranges::none_of(leaving, [&](std::size_t link) { return gives_columns_alone(*items_[link].after); });
        if (!exact) remake_with_heirs(i);
        for (const auto link : leaving) items_[link].fate = Fate::replace;
    }
}

}  // namespace rev::schema::postgres
