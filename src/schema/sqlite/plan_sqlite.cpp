#include "schema/sqlite/plan_sqlite.hpp"

#include <algorithm>
#include <utility>

#include "schema/sqlite/build_model.hpp"
#include "schema/sqlite/section.hpp"
#include "schema/sqlite/usable_keys.hpp"

namespace rev::schema {
namespace {

using sqlite::SchemaView;
using sqlite::TableView;

/// `from` and `to` of a drop and an add of which each is alike to no other.
void add_pairs(const std::vector<const Fact*>& dropped, const std::vector<const Fact*>& added, const auto& alike,
               std::vector<Rename>& renames) {
    for (const auto* before : dropped) {
        const auto is_alike = [&](const Fact* after) { return alike(*before, *after); };
        const auto after = std::ranges::find_if(added, is_alike);
        if (after == added.end() || std::ranges::count_if(added, is_alike) > 1) continue;
        // Where two are alike, nobody can say which has become which.
        if (std::ranges::count_if(dropped, [&](const Fact* other) { return alike(*other, **after); }) > 1) continue;
        renames.push_back({before->id, (*after)->id});
    }
}

std::vector<const Fact*> missing_columns(const TableView& table, const TableView& other,
                                         const std::vector<std::string>& renamed) {
    std::vector<const Fact*> columns;
    for (const auto* column : table.columns) {
        const auto& name = column->id.name.back();
        if (other.column(name) == nullptr && std::ranges::find(renamed, name) == renamed.end())
            columns.push_back(column);
    }
    return columns;
}

std::vector<std::string> names_of(const sqlite::Names& names, bool old_names) {
    std::vector<std::string> list;
    for (const auto& [old_name, new_name] : names) list.push_back(old_names ? old_name : new_name);
    return list;
}

bool have_same_columns(const TableView& left, const TableView& right) {
    return std::ranges::equal(left.columns, right.columns, [](const Fact* one, const Fact* other) {
        return one->id.name.back() == other->id.name.back() && one->attributes == other->attributes;
    });
}

std::vector<Rename> find_possible_renames(const SchemaView& from, const SchemaView& to,
                                          const sqlite::ActiveRenames& active) {
    std::vector<Rename> renames;
    std::vector<const Fact*> dropped;
    std::vector<const Fact*> added;
    const auto new_names = names_of(active.tables, false);
    for (const auto& [name, table] : from.tables) {
        const auto renamed = active.tables.find(name);
        const auto& new_name = renamed == active.tables.end() ? name : renamed->second;
        const auto* after = to.table(new_name);
        if (after == nullptr) {
            dropped.push_back(table.table);
            continue;
        }
        if (have_same_columns(table, *after)) continue;
        const auto columns = active.columns.find(new_name);
        const auto none = sqlite::Names();
        const auto& renamed_columns = columns == active.columns.end() ? none : columns->second;
        add_pairs(
            missing_columns(table, *after, names_of(renamed_columns, true)),
            missing_columns(*after, table, names_of(renamed_columns, false)),
            [](const Fact& one, const Fact& other) { return one.attributes == other.attributes; }, renames);
    }
    for (const auto& [name, table] : to.tables)
        if (from.table(name) == nullptr && std::ranges::find(new_names, name) == new_names.end())
            added.push_back(table.table);
    add_pairs(
        dropped, added,
        [&](const Fact& one, const Fact& other) {
            return have_same_columns(*from.table(one.id.name.front()), *to.table(other.id.name.front()));
        },
        renames);
    return renames;
}

}  // namespace

Migration plan_sqlite(const Model& from, const Model& to, const MigrationOptions& options) {
    const SchemaView before(from);
    const SchemaView after(to);
    const auto renames = sqlite::active_renames(before, after, options.hints);
    Migration migration;
    if (from == to && renames.empty()) return migration;
    migration.possible_renames = find_possible_renames(before, after, renames);

    using sqlite::Direction;
    auto upgrade =
        sqlite::plan_section({from, before, after, Direction::upgrade, renames, options, migration.possible_renames});
    const auto renames_back = renames.inverted();
    auto downgrade = sqlite::plan_section({to, after, before, Direction::downgrade, renames_back, options, {}});
    if (upgrade.statements.empty() && downgrade.statements.empty()) return migration;
    RevisionDraft draft;
    // One setting for the file, though only one direction may need it.
    draft.sqlite_foreign_keys = upgrade.foreign_keys && downgrade.foreign_keys;
    // The setting brings a check of all foreign keys at the end, which such a schema cannot pass. Where nothing is
    // enforced anyway, it can do without the setting.
    if (!draft.sqlite_foreign_keys && !options.foreign_keys_enforced)
        draft.sqlite_foreign_keys = sqlite::has_unusable_key(before) || sqlite::has_unusable_key(after);
    draft.upgrade = std::move(upgrade.statements);
    draft.downgrade = std::move(downgrade.statements);
    migration.revisions.push_back(std::move(draft));
    return migration;
}

}  // namespace rev::schema
