#pragma once

#include "schema/sqlite/schema_view.hpp"

namespace rev::schema::sqlite {

/// Whether a foreign key leads to a table that is not there, or to columns that nothing makes unique ("foreign key
/// mismatch"): a check of all foreign keys cannot pass then, whatever the rows hold.
/// Source: SQLite, foreignkeys.html, "Required and Suggested Database Indexes".
[[nodiscard]] bool has_unusable_key(const SchemaView& view);

}  // namespace rev::schema::sqlite
