#include "schema/migration.hpp"

#include <array>

#include "schema/postgres/plan_postgres.hpp"
#include "schema/sqlite/plan_sqlite.hpp"

namespace rev::schema {
namespace {

/// In the order of HazardKind: --fail-on and the JSON have these names, so they must not change.
constexpr std::array<std::string_view, static_cast<std::size_t>(HazardKind::possible_rename) + 1> names_of_hazards = {
    "deletes_data",    "rewrites_table", "blocks_reads", "blocks_writes",       "may_fail",
    "breaks_old_code", "empties_column", "not_undoable", "changes_permissions", "possible_rename"};

}  // namespace

std::string_view to_string(HazardKind kind) { return names_of_hazards.at(static_cast<std::size_t>(kind)); }

std::vector<std::string> hazard_names() { return {names_of_hazards.begin(), names_of_hazards.end()}; }

Migration plan_migration(const Model& from, const Model& to, const MigrationOptions& options) {
    if (to.dialect() == Dialect::postgresql) return postgres::plan_postgres(from, to, options);
    auto migration = plan_sqlite(from, to, options);
    migration.changes = compare(from, to, options.hints);
    return migration;
}

}  // namespace rev::schema
