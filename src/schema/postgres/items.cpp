#include "schema/postgres/items.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"
#include "schema/postgres/rename_text.hpp"

namespace rev::schema::postgres {
namespace {

Fate first_fate(const Item& item, const RenderContext& context) {
    if (!item.before) return Fate::add;
    if (!item.after) return Fate::drop;
    // An index of that name on another table is another one, with the same words.
    if (item.id().kind == Kind::index && item.before->parent != item.after->parent) return Fate::replace;
    if (item.before->attributes == item.after->attributes) return Fate::keep;
    return can_alter(*item.before, *item.after, context) ? Fate::alter : Fate::replace;
}

/// A table that has to be made anew hands its rows over.
bool keeps_rows(const Item& item) {
    return item.id().kind == Kind::table && item.id().name.size() == 2 &&
           // The rows of a foreign table are not its own.
           attribute_of(*item.before, "kind") != "foreign" && attribute_of(*item.after, "kind") != "foreign";
}

/// Whether columns for a composite type's attributes, altered in place, would stand in another order than these.
bool comes_in_another_order(const Item& composite) {
    if (!composite.before || !composite.after) return false;
    auto order = split_sql_list(attribute_of(*composite.before, "order"));
    const auto wanted = split_sql_list(attribute_of(*composite.after, "order"));
    const auto is_in = [](const std::vector<std::string>& list, const std::string& name) {
        return std::ranges::find(list, name) != list.end();
    };
    std::erase_if(order, [&](const std::string& name) { return !is_in(wanted, name); });
    for (const auto& name : wanted)
        if (!is_in(order, name)) order.push_back(name);
    return order != wanted;
}

}  // namespace

Items::Items(std::span<const Fact> before, std::span<const Fact> after, const RenderContext& context)
    : context_(context) {
    merge(before, after);
    resolve_needs();
    decide();
    decide_parents();
    decide_partitions();
    decide_levels_of_plain_columns();
    decide_parts_left();
    spread();
    decide_parts_left();  // what is made anew for what it needs leaves parts, too
    stand_aside();
}

/// Both are sorted by id, and so is what comes of it: find() counts on that.
void Items::merge(std::span<const Fact> before, std::span<const Fact> after) {
    std::size_t b = 0;
    std::size_t a = 0;
    while (b < before.size() || a < after.size()) {
        Item item;
        const auto order = b == before.size()  ? std::strong_ordering::greater
                           : a == after.size() ? std::strong_ordering::less
                                               : before[b].id <=> after[a].id;
        if (order <= 0) item.before = &before[b++];
        if (order >= 0) item.after = &after[a++];
        items_.push_back(std::move(item));
    }
}

std::optional<std::size_t> Items::find(const FactId& id) const {
    const auto found = std::ranges::lower_bound(items_, id, {}, &Item::id);
    if (found == items_.end() || found->id() != id) return std::nullopt;
    return static_cast<std::size_t>(found - items_.begin());
}

void Items::resolve_needs() {
    old_users_.resize(items_.size());
    new_users_.resize(items_.size());
    const auto needs_of = [&](const Fact& fact) {
        std::vector<std::size_t> needs;
        if (fact.parent)
            if (const auto parent = find(*fact.parent)) needs.push_back(*parent);
        for (const auto& id : fact.depends_on)
            if (const auto needed = find(id)) needs.push_back(*needed);
        // What has a trigger from the whole has it while it is a partition.
        if (is_trigger_state(fact))
            if (const auto link = find({Kind::partition, fact.parent->name})) needs.push_back(*link);
        return needs;
    };
    for (std::size_t i = 0; i < items_.size(); ++i) {
        auto& item = items_[i];
        if (item.before) item.old_needs = needs_of(*item.before);
        if (item.after) item.new_needs = needs_of(*item.after);
        for (const auto needed : item.old_needs) old_users_[needed].push_back(i);
        for (const auto needed : item.new_needs) new_users_[needed].push_back(i);
    }
}

void Items::decide() {
    for (auto& item : items_) item.fate = first_fate(item, context_);
    for (auto& item : items_) {
        decide_column_grant(item);
        decide_domain_of(item);
    }
}

/// To revoke a right on a table revokes it on each of its columns, too.
void Items::decide_column_grant(Item& grant) {
    if (grant.id().kind != Kind::grant || grant.id().name.front() != "column" || grant.fate != Fate::keep) return;
    const auto whole = whole_grant(grant.id());
    if (whole && items_[*whole].fate != Fate::keep && items_[*whole].fate != Fate::add) grant.fate = Fate::replace;
}

std::optional<std::size_t> Items::whole_grant(const FactId& column_grant) const {
    const auto& name = column_grant.name;
    for (const auto* kind : {"table", "view", "materialized view"})
        if (const auto found = find({Kind::grant, {kind, name[1], name[2], name.back()}})) return found;
    return std::nullopt;
}

/// The server checks no value within an array, a composite or a range, and refuses a new condition on a domain that
/// columns hold so.
void Items::decide_domain_of(const Item& condition) {
    const auto is_condition = condition.id().kind == Kind::domain_constraint && condition.after &&
                              condition.fate != Fate::keep && condition.fate != Fate::drop;
    const auto not_null = condition.id().kind == Kind::domain && condition.fate == Fate::alter && condition.before &&
                          condition.after && differs(*condition.before, *condition.after, "not null") &&
                          !attribute_of(*condition.after, "not null").empty();
    if (!is_condition && !not_null) return;
    const auto domain = is_condition ? find(*condition.after->parent) : find(condition.id());
    if (domain && items_[*domain].before && items_[*domain].after && is_held_in_another(*domain))
        items_[*domain].fate = Fate::replace;
}

std::vector<std::size_t> Items::moving_partitions(const FactId& table) const {
    std::vector<std::size_t> moving;
    const auto whole = find(table);
    if (!whole) return moving;
    for (const auto user : old_users_[*whole]) {
        const auto& link = items_[user];
        const FactId part{Kind::table, link.id().name};
        if (link.id().kind != Kind::partition || part == table) continue;
        if (link.is_dropped()) moving.push_back(user);
        for (const auto deeper : moving_partitions(part)) moving.push_back(deeper);
    }
    return moving;
}

std::vector<std::size_t> Items::moving_partitions_behind(const Fact& foreign_key) const {
    std::set<FactId> tables;
    for (const auto& id : foreign_key.depends_on)
        if (id.kind == Kind::column || id.kind == Kind::constraint)
            tables.insert({Kind::table, {id.name[0], id.name[1]}});
    if (foreign_key.parent) tables.erase(*foreign_key.parent);
    std::vector<std::size_t> moving;
    for (const auto& table : tables)
        for (const auto link : moving_partitions(table)) moving.push_back(link);
    return moving;
}

bool Items::is_needed_after(const Item& item, std::size_t needed) const {
    return std::ranges::find(item.new_needs, needed) != item.new_needs.end();
}

/// Whether something that it is built on goes away or changes in a way that it does not survive.
bool Items::has_to_be_replaced(const Item& item) const {
    // A partition is taken off a table that is referred to, but not dropped from it. pg_depend says so only of the
    // partitions that were there with the key: in a revision between two others, both may be of different times.
    if (item.id().kind == Kind::constraint && attribute_of(*item.before, "type") == "FOREIGN KEY" &&
        std::ranges::any_of(moving_partitions_behind(*item.before), [&](std::size_t link) {
            const auto part = find({Kind::table, items_[link].id().name});
            return items_[link].fate == Fate::replace || (part && items_[*part].is_dropped());
        }))
        return true;
    for (const auto index : item.old_needs) {
        const auto& needed = items_[index];
        const auto is_parent = item.before->parent == needed.id();
        if (needed.is_dropped()) {
            // A table's columns take another type; nothing is dropped for that.
            if (item.id().kind == Kind::column && can_stand_aside(needed.id().kind) &&
                (attribute_of(*item.after, "generated").empty() ||
                 attribute_of(*item.before, "generated") == attribute_of(*item.after, "generated")))
                continue;
            if (item.id().kind == Kind::table && item.id().name.size() == 2 && is_type(needed.id().kind)) {
                // OF takes the columns in the order of the attributes.
                const auto is_of_it = attribute_of(*item.before, "of type") == qualified(needed.id().name);
                if (is_of_it && attribute_of(*item.after, "of type") == attribute_of(*item.before, "of type") &&
                    comes_in_another_order(needed))
                    return true;
                continue;
            }
            // A typed table loses a column with its type's attribute.
            if (item.id().kind == Kind::table && !is_parent && needed.id().kind == Kind::column &&
                item.id().name.back() == "of type")
                continue;
            if (holds_text_for(item, index)) continue;
            // Rows of another table that it holds are text meanwhile.
            if (item.id().kind == Kind::column && !is_parent && needed.id().kind == Kind::table &&
                attribute_of(*item.before, "generated").empty() &&
                (comes_as_another_kind(needed) || is_needed_after(item, index)))
                continue;
            if (is_parent || item.fate == Fate::keep || is_needed_after(item, index)) return true;
        }
        // With the state of the whole's trigger those of all partitions are set.
        if (is_trigger_state(*item.before) && needed.id().kind == Kind::trigger && needed.fate == Fate::alter)
            return true;
        const auto new_type = needed.fate == Fate::alter && (changes_type(needed) || needed.retyped);
        if ((new_type || needed.retyped) && blocks_type_change(*item.before)) return true;
        // They may ask for a field of the row, which text has not.
        const auto kind = item.id().kind;
        if (needed.as_text && (kind == Kind::index || kind == Kind::constraint || kind == Kind::statistics))
            return true;
        // The server changes no attribute of a type that columns are made of.
        const auto new_attribute = item.id().kind == Kind::type_composite && needed.id().kind == Kind::attribute;
        if (new_attribute && needed.is_dropped()) return true;
    }
    return false;
}

void Items::replace(std::size_t index) {
    // A type's attributes have their places: one alone would come back as the last.
    if (items_[index].id().kind == Kind::attribute && items_[index].after)
        index = find(*items_[index].after->parent).value_or(index);
    items_[index].fate = Fate::replace;
    spread();
    stand_aside();
}

/// Invariant: what is not in `work` has been looked at since what it needs last changed. It ends, as an item is
/// replaced or retyped once at most.
void Items::spread() {
    std::vector<std::size_t> work(items_.size());
    for (std::size_t i = 0; i < work.size(); ++i) work[i] = i;
    while (!work.empty()) {
        std::vector<std::size_t> next;
        for (const auto index : work) {
            auto& item = items_[index];
            if (!item.before || !item.after || item.fate == Fate::replace) continue;
            auto changed = false;
            if (has_to_be_replaced(item)) {
                item.fate = Fate::replace;
                changed = true;
            } else if (item.id().kind == Kind::column && !item.retyped) {
                item.as_text =
                    holds_changing_rows(index) || std::ranges::any_of(item.old_needs, [&](std::size_t needed) {
                        return items_[needed].fate == Fate::replace && holds_text_for(item, needed);
                    });
                item.retyped = item.as_text || has_values_of_remade(item) ||
                               std::ranges::any_of(item.old_needs, [&](std::size_t needed) {
                                   const auto& type = items_[needed];
                                   const auto other_collation = type.id().kind == Kind::collation &&
                                                                type.fate == Fate::replace &&
                                                                is_needed_after(item, needed);
                                   return other_collation || (is_type(type.id().kind) && comes_as_another_kind(type));
                               });
                if (item.retyped && item.fate == Fate::keep) item.fate = Fate::alter;
                changed = item.retyped;
            } else if (item.id().kind == Kind::attribute && item.fate == Fate::alter) {
                // A type that columns have keeps its attributes' types: it is made anew as a whole.
                const auto composite = find(*item.after->parent);
                const auto used = composite && items_[*composite].fate != Fate::replace &&
                                  (is_in_a_column(*composite) || needs_expression_in_tables(index));
                if (used) {
                    items_[*composite].fate = Fate::replace;
                    next.insert(next.end(), old_users_[*composite].begin(), old_users_[*composite].end());
                }
            }
            if (const auto table = table_divided_by(index)) {
                items_[*table].fate = Fate::replace;
                next.insert(next.end(), old_users_[*table].begin(), old_users_[*table].end());
                for (const auto part : remake_partitions_of_retyped(*table)) {
                    next.push_back(part);
                    next.insert(next.end(), old_users_[part].begin(), old_users_[part].end());
                }
            }
            // An attribute of a type that is made anew takes its composite type with it.
            if (changed && item.id().kind == Kind::attribute) {
                const auto composite = find(*item.after->parent);
                if (composite && items_[*composite].before && items_[*composite].after &&
                    items_[*composite].fate != Fate::replace) {
                    items_[*composite].fate = Fate::replace;
                    next.insert(next.end(), old_users_[*composite].begin(), old_users_[*composite].end());
                }
            }
            if (changed) next.insert(next.end(), old_users_[index].begin(), old_users_[index].end());
            if (changed && item.id().kind == Kind::column)
                if (const auto table = find(*item.before->parent))
                    next.insert(next.end(), old_users_[*table].begin(), old_users_[*table].end());
        }
        std::ranges::sort(next);
        next.erase(std::unique(next.begin(), next.end()), next.end());
        work = std::move(next);
    }
}

/// Whether a table or a composite type stands aside, or goes with the table that does, whose partition it is.
bool Items::goes_aside(std::size_t index) const {
    const auto& item = items_[index];
    if (item.aside || item.fate != Fate::drop || item.id().kind != Kind::table) return item.aside;
    const auto whole = whole_before(index);
    return whole && goes_aside(*whole);
}

/// Whether it is part of what stands aside, which keeps what the part is made of.
bool Items::is_part_of_aside(std::size_t index) const {
    const auto& item = items_[index];
    const auto is_part = item.id().kind == Kind::attribute || item.id().kind == Kind::column;
    if (!is_part || !item.before || !item.before->parent) return false;
    const auto whole = find(*item.before->parent);
    return whole && goes_aside(*whole);
}

/// Whether it is a routine that a table which stands aside does not let go of before its rows are copied: they are
/// divided by it, or a column is generated with it that the server makes plain in one level of partitions alone.
bool Items::is_held_by_aside(std::size_t index) const {
    if (items_[index].id().kind != Kind::routine) return false;
    const auto has_levels = [&](std::size_t table) {
        return std::ranges::any_of(partitions_of(table, true), [&](std::size_t link) {
            const auto part = find({Kind::table, items_[link].id().name});
            return part && !partitions_of(*part, true).empty();
        });
    };
    return std::ranges::any_of(old_users_[index], [&](std::size_t user) {
        const auto& item = items_[user];
        if (item.id().kind == Kind::table) return goes_aside(user);
        if (item.id().kind != Kind::column || attribute_of(*item.before, "generated").empty()) return false;
        const auto table = find(*item.before->parent);
        return table && goes_aside(*table) && has_levels(*table);
    });
}

void Items::stand_aside() {
    // Types that go, but not before what stands aside and has values of them.
    std::vector<bool> held(items_.size());
    // Until nothing changes: what stands aside holds what it is made of.
    for (auto changed = true; changed;) {
        changed = false;
        for (std::size_t i = 0; i < items_.size(); ++i) {
            auto& item = items_[i];
            if (item.aside || held[i]) continue;
            const auto is_needed = [&] {
                return std::ranges::any_of(old_users_[i], [&](std::size_t user) {
                    const auto& other = items_[user];
                    const auto column_stays = other.id().kind == Kind::column && other.fate == Fate::alter;
                    return column_stays || other.aside || held[user] || is_part_of_aside(user);
                });
            };
            const auto renamed_type = is_type(item.id().kind) && comes_as_another_kind(item);
            if (item.fate == Fate::replace || renamed_type)
                item.aside = (item.fate == Fate::replace && (keeps_rows(item) || is_held_by_aside(i))) ||
                             (can_stand_aside(item.id().kind) && is_needed());
            else
                held[i] = item.fate == Fate::drop && can_stand_aside(item.id().kind) && is_needed();
            changed = changed || item.aside || held[i];
        }
    }
}

/// The server changes no type of a column that rows are divided by: the table is made anew.
std::optional<std::size_t> Items::table_divided_by(std::size_t column) const {
    const auto& item = items_[column];
    if (item.id().kind != Kind::column || (!changes_type(item) && !item.retyped)) return std::nullopt;
    const auto table = find({Kind::table, {item.id().name[0], item.id().name[1]}});
    if (!table || items_[*table].fate == Fate::replace || !items_[*table].before || !items_[*table].after)
        return std::nullopt;
    const auto& key = attribute_of(*items_[*table].before, "partition by");
    const auto without = replace_identifier(key, quote_name(item.id().name[2]), "",
                                            [](std::string_view, std::string_view) { return true; });
    return without == key ? std::nullopt : table;
}

std::optional<std::size_t> Items::type_attribute(std::size_t column) const {
    const auto& name = items_[column].id().name;
    const auto table =
        items_[column].id().kind == Kind::column ? find({Kind::table, {name[0], name[1]}}) : std::nullopt;
    if (!table || !items_[*table].before || !items_[*table].after || items_[*table].is_dropped()) return std::nullopt;
    const auto& type = attribute_of(*items_[*table].before, "of type");
    if (type.empty() || type != attribute_of(*items_[*table].after, "of type")) return std::nullopt;
    for (const auto needed : items_[*table].old_needs) {
        const auto& composite = items_[needed].id();
        if (composite.kind == Kind::type_composite && qualified(composite.name) == type) {
            // While its type is made anew it is of none.
            if (items_[needed].is_dropped()) return std::nullopt;
            return find({Kind::attribute, {composite.name[0], composite.name[1], name[2]}});
        }
    }
    return std::nullopt;
}

std::vector<std::size_t> Items::origins(std::size_t column) const {
    std::vector<std::size_t> found;
    const auto& name = items_[column].id().name;
    for (const auto link : kept_links({Kind::table, {name[0], name[1]}}))
        for (const auto& parent : items_[link].any().depends_on) {
            const auto origin = find({items_[column].id().kind, {parent.name[0], parent.name[1], name[2]}});
            if (origin && *origin != column) found.push_back(*origin);
        }
    if (const auto attribute = type_attribute(column)) found.push_back(*attribute);
    return found;
}

bool Items::stays_with_heirs(std::size_t column) const {
    const auto& item = items_[column];
    if (item.id().kind != Kind::column || item.fate != Fate::drop) return false;
    const auto table = find(*item.before->parent);
    if (!table || items_[*table].is_dropped()) return false;
    return std::ranges::any_of(old_users_[*table], [&](std::size_t user) {
        const auto& link = items_[user];
        if (link.id().kind != Kind::inheritance || link.fate != Fate::keep) return false;
        const auto heir = find({Kind::column, {link.id().name[0], link.id().name[1], item.id().name[2]}});
        return heir && items_[*heir].before && items_[*heir].after;
    });
}

std::vector<std::size_t> Items::kept_links(const FactId& table) const {
    std::vector<std::size_t> links;
    for (const auto kind : {Kind::partition, Kind::inheritance}) {
        const FactId first{kind, table.name};
        auto found = std::ranges::lower_bound(items_, first, {}, &Item::id);
        for (; found != items_.end() && found->id().kind == kind; ++found) {
            const auto& name = found->id().name;
            if (name.size() < 2 || name[0] != table.name[0] || name[1] != table.name[1]) break;
            if (found->fate == Fate::keep) links.push_back(static_cast<std::size_t>(found - items_.begin()));
        }
    }
    return links;
}

}  // namespace rev::schema::postgres
