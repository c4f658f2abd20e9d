#pragma once

#include "schema/migration.hpp"

namespace rev::schema::postgres {

/// plan_migration() for PostgreSQL.
[[nodiscard]] Migration plan_postgres(const Model& from, const Model& to, const MigrationOptions& options);

}  // namespace rev::schema::postgres
