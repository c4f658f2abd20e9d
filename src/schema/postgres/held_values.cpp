// Whose values a column holds, itself or within other types.
#include <algorithm>
#include <array>
#include <set>

#include "schema/postgres/casts.hpp"
#include "schema/postgres/items.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"

namespace rev::schema::postgres {

bool Items::is_held_in_another(std::size_t domain) const {
    return std::ranges::any_of(old_users_[domain], [&](std::size_t user) {
        const auto& item = items_[user];
        const auto kind = item.id().kind;
        if (kind == Kind::attribute || kind == Kind::type_range) return true;
        if (kind != Kind::column && kind != Kind::domain) return false;
        return attribute_of(*item.before, "type").ends_with("[]") || (kind == Kind::domain && is_held_in_another(user));
    });
}

/// Whether a column's values are text while the base type that they are of is made anew.
bool Items::holds_text_for(const Item& column, std::size_t type) const {
    return column.id().kind == Kind::column && items_[type].id().kind == Kind::base_type && column.after != nullptr &&
           attribute_of(*column.before, "generated").empty() && is_needed_after(column, type);
}

/// Itself, or within a domain, a range or another composite type.
bool Items::is_in_a_column(std::size_t type) const {
    return std::ranges::any_of(old_users_[type], [&](std::size_t user) {
        const auto& item = items_[user];
        if (item.id().kind == Kind::column) return item.after != nullptr;
        if (item.id().kind == Kind::domain || item.id().kind == Kind::type_range) return is_in_a_column(user);
        if (item.id().kind != Kind::attribute || !item.before) return false;
        const auto whole = find(*item.before->parent);
        return whole && *whole != type && is_in_a_column(*whole);
    });
}

/// Whether a type goes and another kind of type gets its name: a domain that becomes an enum.
bool Items::comes_as_another_kind(const Item& item) const {
    if (item.fate != Fate::drop || (!is_type(item.id().kind) && item.id().kind != Kind::table)) return false;
    constexpr auto kinds =
        std::to_array<Kind>({Kind::type_enum, Kind::type_composite, Kind::type_range, Kind::domain, Kind::table});
    return std::ranges::any_of(kinds, [&](Kind kind) {
        const auto other = find({kind, item.id().name});
        return other && items_[*other].fate == Fate::add;
    });
}

std::vector<std::size_t> Items::tables_held_by(std::size_t column) const {
    std::vector<std::size_t> tables;
    std::vector<std::size_t> open = items_[column].old_needs;
    std::set<std::size_t> seen(open.begin(), open.end());
    while (!open.empty()) {
        const auto index = open.back();
        open.pop_back();
        const auto& item = items_[index];
        if (item.id() == items_[column].before->parent) continue;
        if (item.id().kind == Kind::table) tables.push_back(index);
        std::vector<std::size_t> within;
        if (item.id().kind == Kind::domain || item.id().kind == Kind::attribute) within = item.old_needs;
        if (item.id().kind == Kind::type_composite)
            for (const auto user : old_users_[index])
                if (items_[user].id().kind == Kind::attribute) within.push_back(user);
        for (const auto next : within)
            if (seen.insert(next).second) open.push_back(next);
    }
    return tables;
}

/// Changes that the server refuses while a column elsewhere holds rows of the table.
bool Items::rewrites_rows(std::size_t table) const {
    const auto& item = items_[table];
    if (item.fate == Fate::alter &&
        (differs(*item.before, *item.after, "unlogged") || differs(*item.before, *item.after, "access method")))
        return true;
    return std::ranges::any_of(old_users_[table], [&](std::size_t user) {
        const auto& part = items_[user];
        return part.id().kind == Kind::column && part.before->parent == item.id() &&
               (changes_type(part) || part.retyped);
    });
}

bool Items::holds_changing_rows(std::size_t column) const {
    const auto& item = items_[column];
    if (!item.before || !item.after || !attribute_of(*item.before, "generated").empty()) return false;
    return std::ranges::any_of(tables_held_by(column), [&](std::size_t table) {
        const auto& held = items_[table];
        return comes_as_another_kind(held) ||
               (held.after != nullptr && (held.fate == Fate::replace || rewrites_rows(table)));
    });
}

/// ALTER ATTRIBUTE brings its change to the tables of the type, but has no USING.
bool Items::needs_expression_in_tables(std::size_t attribute) const {
    const auto& item = items_[attribute];
    const auto composite = find(*item.after->parent);
    if (!composite || !differs(*item.before, *item.after, "type")) return false;
    const auto has_tables = std::ranges::any_of(old_users_[*composite], [&](std::size_t user) {
        const auto& table = items_[user];
        return table.id().kind == Kind::table && table.before && table.after &&
               attribute_of(*table.before, "of type") == qualified(items_[*composite].id().name);
    });
    return has_tables && (has_values_of_remade(item) ||
                          find_conversion(attribute_of(*item.before, "type"), attribute_of(*item.after, "type"),
                                          context_.before, context_.after) != Conversion::assignment);
}

std::set<std::size_t> Items::columns_that_hold(std::size_t type, bool before) const {
    std::set<std::size_t> columns;
    std::set<std::size_t> seen = {type};
    std::vector<std::size_t> open = {type};
    while (!open.empty()) {
        const auto held = open.back();
        open.pop_back();
        for (const auto user : before ? old_users_[held] : new_users_[held]) {
            const auto& item = items_[user];
            const auto& fact = before ? *item.before : *item.after;
            auto next = user;
            if (fact.id.kind == Kind::column && fact.parent != items_[type].id()) columns.insert(user);
            if (fact.id.kind == Kind::attribute && fact.parent) next = find(*fact.parent).value_or(user);
            const auto holds = fact.id.kind == Kind::domain || fact.id.kind == Kind::type_range || next != user;
            if (holds && seen.insert(next).second) open.push_back(next);
        }
    }
    return columns;
}

/// The types of a column's values: its own, and those that domains are over. In the old model or in the new one.
std::set<std::size_t> Items::types_of_values(const Item& column, bool before) const {
    std::set<std::size_t> types;
    auto open = before ? column.old_needs : column.new_needs;
    while (!open.empty()) {
        const auto index = open.back();
        open.pop_back();
        if (!is_type(items_[index].id().kind) || !types.insert(index).second) continue;
        if (items_[index].id().kind != Kind::domain) continue;
        const auto& within = before ? items_[index].old_needs : items_[index].new_needs;
        open.insert(open.end(), within.begin(), within.end());
    }
    return types;
}

bool Items::has_values_of_remade(const Item& column) const {
    auto remade = types_of_values(column, true);
    std::erase_if(remade, [&](std::size_t type) { return items_[type].fate != Fate::replace; });
    // Of most columns there is none, and each is asked whenever something that it needs changes.
    if (remade.empty()) return false;
    const auto after = types_of_values(column, false);
    return std::ranges::any_of(remade, [&](std::size_t type) { return after.contains(type); });
}

}  // namespace rev::schema::postgres
