#pragma once

#include "schema/migration.hpp"

namespace rev::schema {

/// What leads from one SQLite schema to the other and back: one revision, or none where they are equal. Changes that
/// ALTER TABLE makes exactly (SQLite 3.40 and later) are made so; any other change of a table makes it anew, once.
/// Migration::changes is left to plan_migration().
[[nodiscard]] Migration plan_sqlite(const Model& from, const Model& to, const MigrationOptions& options = {});

}  // namespace rev::schema
